defmodule Escope.Rings do
  @moduledoc """
  Owns the rings' tables and does nothing else. Called by the recorder when a recording starts or
  stops.

  Killed and restarted, it makes new rings for the recording that is on and counts what was lost
  with the old ones.
  """

  use GenServer

  alias Escope.{Counts, Policies, Ring, Trace, Turns}

  @slots 16_384

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "Makes rings and turns probes on; `epoch` is the recording's number."
  @spec open(pos_integer, Counts.t(), Policies.t()) :: :ok
  def open(epoch, counts, policies),
    do: GenServer.call(__MODULE__, {:open, epoch, counts, policies})

  @doc "Gives up the rings of a recording that is off by now."
  @spec close(Ring.state()) :: :ok
  def close(state), do: GenServer.call(__MODULE__, {:close, state})

  @impl true
  def init(_) do
    restore(Ring.state())
    {:ok, nil}
  end

  @impl true
  def handle_call({:open, epoch, counts, policies}, _from, nil) do
    heads = List.duplicate(0, :erlang.system_info(:schedulers))
    Ring.publish(Ring.create(epoch, @slots, heads, counts, policies))
    Turns.follow(:begun)
    Trace.follow(:begun)
    {:reply, :ok, nil}
  end

  def handle_call({:close, {_epoch, rings, _n, _mask, _counts, _policies}}, _from, nil) do
    Turns.follow(:over)
    Trace.follow(:over)
    for ring <- Tuple.to_list(rings), owned?(ring), do: Ring.delete(ring)
    {:reply, :ok, nil}
  end

  @impl true
  def handle_info(_other, nil), do: {:noreply, nil}

  defp owned?({table, _positions}), do: :ets.info(table, :owner) == self()

  defp restore(nil), do: :ok

  # Numbers go on where they were: they are span ids.
  defp restore({epoch, rings, _n, _mask, counts, policies}) do
    rings = Tuple.to_list(rings)
    heads = Enum.map(rings, &Ring.head/1)
    Counts.add(counts, :lost, Enum.sum(heads) - Enum.sum(Enum.map(rings, &Ring.tail/1)))
    Ring.publish(Ring.create(epoch, @slots, heads, counts, policies))
  end
end
