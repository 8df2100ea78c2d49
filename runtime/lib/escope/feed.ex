defmodule Escope.Feed do
  @moduledoc """
  Gives events to those who asked for them (`Escope.subscribe/1`), and to a `Phoenix.PubSub` where
  the configuration names one. A process of its own: the recorder only hands batches over
  (`offer/1`) and waits for nobody.

  Neither its own mailbox nor a subscriber's grows without bound: what a slow one does not take is
  left out, and it is told how much that was.
  """

  use GenServer

  alias Escope.Feed.Delivery

  @counters {__MODULE__, :counters}
  # Subscribers; batches on their way to this process; events that found too many of them.
  @wanted 1
  @coming 2
  @missed 3
  # So many batches may be on their way, and messages in a subscriber's mailbox.
  @most 64

  @type event :: %{
          kind: atom,
          seq: non_neg_integer,
          time: integer,
          pid: pid,
          probe: integer | nil,
          span: integer | nil,
          parent: integer | nil,
          cause: term,
          payload: term
        }

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "Gives `pid` events of these kinds (all where nil) from now on."
  @spec subscribe(pid, [atom] | nil, pos_integer) :: :ok | {:error, term}
  def subscribe(pid, kinds, most), do: call({:subscribe, pid, kinds, most})

  @spec unsubscribe(pid) :: :ok | {:error, term}
  def unsubscribe(pid), do: call({:unsubscribe, pid})

  @doc "How many get events, and how many events were left out for one that was slow."
  @spec status() :: %{subscribers: non_neg_integer, missed: non_neg_integer}
  def status do
    case call(:status) do
      %{} = status -> status
      _ -> %{subscribers: 0, missed: 0}
    end
  end

  defp call(request) do
    GenServer.call(__MODULE__, request)
  catch
    :exit, reason -> {:error, reason}
  end

  @doc "Hands over encoded events, where somebody wants them. Called by the recorder."
  @spec offer([tuple]) :: term
  def offer(events) do
    with counters when counters != nil <- :persistent_term.get(@counters, nil),
         true <- :atomics.get(counters, @wanted) > 0 do
      if :atomics.get(counters, @coming) < @most,
        do: hand_over(counters, events),
        else: :atomics.add(counters, @missed, length(events))
    end
  end

  defp hand_over(counters, events) do
    if feed = Process.whereis(__MODULE__) do
      :atomics.add(counters, @coming, 1)
      send(feed, {:events, events})
    end
  end

  @doc "Follows the configuration. Called when a recording starts."
  @spec configure() :: :ok
  def configure, do: GenServer.cast(__MODULE__, :configure)

  defstruct [:counters, :pubsub, subscribers: %{}, missed: 0]

  @impl true
  def init(_) do
    counters = :atomics.new(3, signed: true)
    :persistent_term.put(@counters, counters)
    {:ok, %__MODULE__{counters: counters} |> configured()}
  end

  @impl true
  def handle_call({:subscribe, pid, kinds, most}, _from, state) do
    state = without(state, pid)
    one = %{ref: Process.monitor(pid), kinds: kinds, most: most, missed: 0}
    {:reply, :ok, wanted(put_in(state.subscribers[pid], one))}
  end

  def handle_call({:unsubscribe, pid}, _from, state),
    do: {:reply, :ok, state |> without(pid) |> wanted()}

  def handle_call(:status, _from, state) do
    {:reply, %{subscribers: map_size(state.subscribers), missed: state.missed}, state}
  end

  @impl true
  def handle_cast(:configure, state), do: {:noreply, state |> configured() |> wanted()}

  @impl true
  def handle_info({:events, encoded}, state) do
    :atomics.sub(state.counters, @coming, 1)
    unheard = :atomics.exchange(state.counters, @missed, 0)
    events = Enum.flat_map(encoded, &decoded/1)
    Delivery.broadcast(state.pubsub, events, unheard)
    {:noreply, Enum.reduce(state.subscribers, state, &given(&1, &2, events, unheard))}
  end

  def handle_info({:DOWN, _ref, :process, pid, _reason}, state),
    do: {:noreply, state |> without(pid) |> wanted()}

  def handle_info(_other, state), do: {:noreply, state}

  defp given({pid, one}, state, events, unheard) do
    events = if one.kinds, do: Enum.filter(events, &(&1.kind in one.kinds)), else: events
    missed = one.missed + unheard

    case Delivery.give(pid, events, missed, one.most) do
      :given -> put_in(state.subscribers[pid], %{one | missed: 0})
      :none -> put_in(state.subscribers[pid], %{one | missed: missed})
      :slow -> slow(state, pid, %{one | missed: missed + length(events)}, length(events))
    end
  end

  defp slow(state, pid, one, n) do
    state = put_in(state.subscribers[pid], one)
    %{state | missed: state.missed + n}
  end

  defp decoded({kind, seq, time, pid, probe, span, parent, cause, payload}) do
    [
      %{
        kind: kind,
        seq: seq,
        time: time,
        pid: pid,
        probe: probe,
        span: span,
        parent: parent,
        cause: cause,
        payload: :erlang.binary_to_term(payload)
      }
    ]
  catch
    _, _ -> []
  end

  defp without(state, pid) do
    with %{^pid => %{ref: ref}} <- state.subscribers, do: Process.demonitor(ref, [:flush])
    %{state | subscribers: Map.delete(state.subscribers, pid)}
  end

  defp configured(state),
    do: %{state | pubsub: Application.get_env(:escope, :pubsub), missed: 0}

  defp wanted(state) do
    others = if state.pubsub, do: 1, else: 0
    :atomics.put(state.counters, @wanted, map_size(state.subscribers) + others)
    state
  end
end
