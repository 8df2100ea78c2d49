defmodule Escope.Recorder do
  @moduledoc """
  The one process that writes a recording. Called by `Escope` and woken by full rings.

  It looks at the rings every 100 ms. What goes wrong on the disk ends the recording with one
  warning; it never ends this process, whose supervisor must have no reason to give up.
  """

  use GenServer, shutdown: 10_000

  require Logger

  alias Escope.{Counts, Feed, Policies, Reload, Ring, Rings, Samples, Session, Status, Watch}
  alias Escope.Writer

  @interval 100
  # How old the counts in `recording.json` may be: replacing a file may take a disk a while.
  @stale 1_000
  # How often reading the rings may fail in a row: their owner may be on its way back.
  @patience 20
  # A writer that was interrupted while probes were turned off is given this long.
  @settle 5
  # Longer than writing full rings takes on a busy machine.
  @timeout 15_000
  @session :"$escope_session"

  defstruct [:writer, :session, :error, :samples, failures: 0, noted_at: 0]

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "`request`: `{:start, settings}`, `{:switch, what, on}`, `{:renew, policies, gone}`, `:stop`, `:flush` or `:status`."
  @spec call(term) :: term
  def call(request) do
    GenServer.call(__MODULE__, request, @timeout)
  catch
    :exit, reason -> {:error, reason}
  end

  @impl true
  def init(_) do
    Process.flag(:trap_exit, true)
    Process.flag(:message_queue_data, :off_heap)
    {:ok, %__MODULE__{}, {:continue, :resume}}
  end

  # Killed and restarted in the middle of a recording: it goes on in a new segment.
  @impl true
  def handle_continue(:resume, state) do
    case :persistent_term.get(@session, nil) do
      nil -> {:noreply, state}
      session -> {:noreply, resumed(%{state | session: session})}
    end
  end

  @impl true
  def handle_call({:start, _}, _from, %{writer: %Writer{}} = state),
    do: {:reply, {:error, :already_recording}, state}

  def handle_call({:start, settings}, _from, _state) do
    case guarded(fn -> Session.open(settings) end) do
      {:ok, session} -> %__MODULE__{session: session} |> opened() |> published() |> reply()
      {:error, reason} -> %__MODULE__{} |> failed(reason) |> reply()
    end
  end

  def handle_call(:status, _from, state), do: {:reply, status(state), state}

  def handle_call(_request, _from, %{writer: nil} = state),
    do: {:reply, {:error, state.error || :not_recording}, state}

  def handle_call({:switch, what, on}, _from, state) do
    case Policies.switch(state.session.policies, what, on) do
      {:ok, policies} -> {:reply, :ok, governed(state, policies)}
      error -> {:reply, error, state}
    end
  end

  def handle_call({:renew, fresh, gone}, _from, state),
    do: {:reply, :ok, governed(state, Policies.renew(state.session.policies, fresh, gone))}

  def handle_call(:stop, _from, state), do: state |> ended() |> reply()
  def handle_call(:flush, _from, state), do: state |> drained() |> noted() |> reply()

  @impl true
  def handle_info({:poll, vm}, %{writer: %Writer{}, session: %{vm: vm}} = state) do
    poll_later(state)
    {:noreply, state |> drained() |> noted_soon() |> sampling()}
  end

  def handle_info({:sampled, ref, samples}, %{writer: %Writer{}} = state),
    do: {:noreply, sampled(state, ref, samples)}

  def handle_info(:wake, state), do: {:noreply, drained(state)}

  def handle_info({:seen, pid}, %{writer: %Writer{}} = state),
    do: {:noreply, watched(state, &Watch.announced(&1, pid))}

  def handle_info({:DOWN, _, :process, pid, reason}, %{writer: %Writer{}} = state),
    do: {:noreply, watched(state, &Watch.down(&1, pid, reason))}

  def handle_info(_other, state), do: {:noreply, state}

  # After a crash the session stays, for the process that takes over.
  @impl true
  def terminate(reason, state) when reason == :normal or reason == :shutdown, do: ended(state)
  def terminate({:shutdown, _}, state), do: ended(state)
  def terminate(_reason, _state), do: :ok

  defp reply(%{error: nil} = state), do: {:reply, :ok, state}
  defp reply(state), do: {:reply, {:error, state.error}, state}

  defp opened(state) do
    case guarded(fn -> Writer.open(state.session) end) do
      {:ok, writer} ->
        poll_later(state)
        Reload.follow(state.session)
        Feed.configure()

        %{
          state
          | writer: writer,
            samples: Samples.new(state.session.settings.samples),
            noted_at: System.monotonic_time(:millisecond)
        }

      {:error, reason} ->
        failed(state, reason)
    end
  end

  defp governed(%{session: session} = state, policies) do
    state = %{state | session: %{session | policies: policies}}
    :persistent_term.put(@session, state.session)
    if ring = Ring.state(), do: Ring.publish(put_elem(ring, 5, policies))
    state
  end

  # A message of an earlier recording is none of this one's.
  defp poll_later(state), do: Process.send_after(self(), {:poll, state.session.vm}, @interval)

  # The messages that the killed process had not read are gone.
  defp resumed(state) do
    Counts.reset(state.session.counts, :announced)
    state |> opened() |> account()
  end

  # The session is known before the first event: whoever takes over finds it.
  defp published(%{writer: nil} = state), do: state

  defp published(%{session: session} = state) do
    :persistent_term.put(@session, session)

    case guarded(fn -> Rings.open(session.epoch, session.counts, session.policies) end) do
      :ok -> state
      {:error, reason} -> failed(state, reason)
    end
  end

  defp drained(state), do: drained(state, Ring.state())
  defp drained(%{writer: nil} = state, _on), do: state

  defp drained(%{writer: writer} = state, on) do
    case guarded(fn -> Writer.drain(writer, on) end) do
      {:ok, writer} ->
        account(%{state | writer: writer})

      {:error, {:raised, _}} when state.failures < @patience ->
        %{state | failures: state.failures + 1}

      {:error, reason} ->
        failed(state, reason)
    end
  end

  # What was taken from the rings before a failure, and is not in the files, is lost.
  defp account(%{failures: failures, writer: %Writer{} = writer} = state) do
    if failures > 0 or writer.noted == nil, do: Writer.account(writer, Ring.state())
    %{state | failures: 0}
  end

  defp account(state), do: state

  defp watched(%{writer: writer} = state, change) do
    case guarded(fn -> {:ok, change.(writer.watch)} end) do
      {:ok, watch} -> %{state | writer: %{writer | watch: watch}}
      {:error, _} -> state
    end
  end

  defp sampling(%{writer: %Writer{watch: watch}} = state),
    do: %{state | samples: Samples.asked(state.samples, watch)}

  defp sampling(state), do: state

  defp sampled(%{writer: writer} = state, ref, samples) do
    {events, samples} = Samples.events(state.samples, ref, samples, state.session)
    state = %{state | samples: samples}

    case guarded(fn -> Writer.append(writer, events) end) do
      {:ok, writer} -> %{state | writer: writer}
      {:error, reason} -> failed(state, reason)
    end
  end

  defp noted_soon(%{noted_at: at} = state) do
    now = System.monotonic_time(:millisecond)
    if now - at >= @stale, do: %{noted(state) | noted_at: now}, else: state
  end

  defp noted(state, ended \\ nil)
  defp noted(%{writer: nil} = state, _ended), do: state

  defp noted(%{writer: writer} = state, ended) do
    case guarded(fn -> Writer.note(writer, ended) end) do
      {:ok, writer} -> %{state | writer: writer}
      {:error, reason} -> failed(state, reason)
    end
  end

  defp ended(%{writer: nil} = state), do: state

  defp ended(state) do
    on = Ring.state()
    Ring.publish(nil)
    Process.sleep(@settle)
    state |> heard() |> drained(on) |> noted(Session.clock()) |> closed(on)
  end

  # Of processes that began or ended before: on a busy machine, these messages may stand behind the call.
  defp heard(state) do
    receive do
      {:seen, _pid} = message -> heard(message, state)
      {:DOWN, _, :process, _pid, _reason} = message -> heard(message, state)
    after
      0 -> state
    end
  end

  defp heard(message, state) do
    {:noreply, state} = handle_info(message, state)
    heard(state)
  end

  defp failed(state, reason) do
    on = Ring.state()
    Ring.publish(nil)
    Logger.warning("escope: recording stopped: #{inspect(reason)}")
    if state.writer, do: guarded(fn -> stopped(state.session, reason) end)
    closed(%{state | error: reason}, on)
  end

  # Where the disk is full, there may still be room for this.
  defp stopped(session, reason) do
    why = if is_atom(reason), do: Atom.to_string(reason), else: "failure"
    Session.write_info(session, Session.clock(), why)
  end

  defp closed(state, on) do
    :persistent_term.erase(@session)
    Reload.leave()
    if state.writer, do: guarded(fn -> Writer.close(state.writer) end)
    if on, do: guarded(fn -> Rings.close(on) end)
    %{state | writer: nil}
  end

  defp guarded(work) do
    work.()
  catch
    class, reason -> {:error, {:raised, {class, bare(reason), where(__STACKTRACE__)}}}
  end

  # It is shown in the log, where no data of the application belongs.
  defp bare(%{__struct__: exception, __exception__: true}), do: exception
  defp bare(reason) when is_atom(reason), do: reason
  defp bare(reason) when is_tuple(reason) and tuple_size(reason) > 0, do: bare(elem(reason, 0))
  defp bare(_reason), do: :unknown

  defp where(stack) do
    for {module, name, args, place} <- Enum.take(stack, 2),
        do: {module, name, if(is_list(args), do: length(args), else: args), place[:line]}
  end

  defp status(state), do: Status.of(state.session, state.writer, state.error)
end
