defmodule Escope.Sink.Link do
  @moduledoc """
  Holds the connection of a recording that goes over a socket. A process of its own, called by
  `Escope.Sink.Socket`; it never waits for the other end.

  A frame is kept until the other end has acknowledged it, and sent again over the next connection
  where one breaks. docs/recording.md describes what goes over the socket.
  """

  use GenServer

  alias Escope.{Counts, Session}
  alias Escope.Sink.{Connection, Queue, Wire}

  @least_pause 100
  @most_pause 5_000
  # How long the other end may take to answer a greeting, or frames that were sent.
  @patience 30_000
  # How long an ending recording waits for what is still to be sent.
  @linger 2_000
  @timeout 5_000

  defstruct [
    :session,
    :queue,
    :connection,
    :socket,
    :error,
    :heard,
    :closing,
    stage: :idle,
    sending: false,
    answer: "",
    files: %{},
    changed: [],
    pause: @least_pause
  ]

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "Connects for a recording, now or later. Told again of the same one, nothing changes."
  @spec open(Session.t()) :: :ok | {:error, term}
  def open(session), do: call({:open, session})

  @doc "Takes a frame with `n` events."
  @spec push(Session.t(), binary, non_neg_integer) :: :ok | {:error, term}
  def push(%{vm: vm}, frame, n), do: call({:push, vm, frame, n})

  @doc "Sends a file, now and over each new connection; only its latest content."
  @spec file(Session.t(), String.t(), binary, :replace | :extend) :: :ok | {:error, term}
  def file(%{vm: vm}, name, content, how), do: call({:file, vm, name, content, how})

  @doc "Ends the connection, when everything is sent or it has taken too long."
  @spec close(Session.t()) :: :ok
  def close(%{vm: vm}) do
    call({:close, vm})
    :ok
  end

  @spec status(Session.t()) :: map
  def status(%{vm: vm, counts: counts}) do
    case call({:status, vm}) do
      %{} = status -> Map.put(status, :waiting, Counts.get(counts, :queued))
      _ -> %{connected: false, waiting: Counts.get(counts, :queued)}
    end
  end

  defp call(request) do
    GenServer.call(__MODULE__, request, @timeout)
  catch
    :exit, _ -> {:error, :no_link}
  end

  @impl true
  def init(_) do
    Process.flag(:trap_exit, true)
    {:ok, %__MODULE__{}, {:continue, :resume}}
  end

  # Killed and restarted in the middle of a recording: what it held is lost.
  @impl true
  def handle_continue(:resume, state) do
    case :persistent_term.get(:"$escope_session", nil) do
      %{settings: %{to: {:socket, _}}} = session ->
        Queue.forget(session.counts)
        {:noreply, begun(session)}

      _ ->
        {:noreply, state}
    end
  end

  @impl true
  def handle_call({:open, %{vm: vm}}, _from, %{session: %{vm: vm}} = state),
    do: {:reply, :ok, state}

  def handle_call({:open, session}, _from, state) do
    over(state)
    {:reply, :ok, begun(session)}
  end

  def handle_call({:push, vm, frame, n}, _from, %{session: %{vm: vm}} = state),
    do: {:reply, :ok, pumped(%{state | queue: Queue.push(state.queue, frame, n)})}

  def handle_call({:file, vm, name, content, how}, _from, %{session: %{vm: vm}} = state) do
    before = if how == :extend, do: Map.get(state.files, name, ""), else: ""
    files = Map.put(state.files, name, before <> content)
    changed = [name | List.delete(state.changed, name)]
    {:reply, :ok, pumped(%{state | files: files, changed: changed})}
  end

  def handle_call({:status, vm}, _from, %{session: %{vm: vm}} = state) do
    {:reply, %{connected: state.stage == :open, socket_error: state.error}, state}
  end

  def handle_call({:close, vm}, from, %{session: %{vm: vm}} = state) do
    Process.send_after(self(), {:enough, vm}, @linger)
    {:noreply, ending(pumped(%{state | closing: from}))}
  end

  def handle_call(_request, _from, state), do: {:reply, {:error, :no_link}, state}

  @impl true
  def handle_info({:connected, pid, socket}, %{connection: pid} = state) do
    Process.send_after(self(), {:look, pid}, @patience)
    state = %{state | socket: socket, stage: :greeting, heard: now(), changed: [], answer: ""}
    listen(socket)
    {:noreply, sent(state, Wire.greeting(state.session, state.files))}
  end

  # Of a connection that was given up meanwhile.
  def handle_info({:connected, _pid, socket}, state) do
    closed(socket)
    {:noreply, state}
  end

  def handle_info({:sent, pid}, %{connection: pid} = state),
    do: {:noreply, ending(pumped(%{state | sending: false}))}

  def handle_info({:tcp, socket, data}, %{socket: socket} = state) do
    listen(socket)
    {:noreply, state |> answered(state.answer <> data) |> pumped() |> ending()}
  end

  def handle_info({:tcp_closed, socket}, %{socket: socket, stage: :ended} = state),
    do: {:noreply, over(state)}

  def handle_info({:tcp_closed, socket}, %{socket: socket} = state),
    do: {:noreply, broken(state, :closed)}

  def handle_info({:tcp_error, socket, reason}, %{socket: socket} = state),
    do: {:noreply, broken(state, reason)}

  def handle_info({:EXIT, pid, reason}, %{connection: pid} = state),
    do: {:noreply, broken(state, shown(reason))}

  def handle_info({:connect, vm}, %{session: %{vm: vm}, connection: nil} = state),
    do: {:noreply, connecting(state)}

  # Frames that nobody acknowledges, or a greeting without an answer.
  def handle_info({:look, pid}, %{connection: pid} = state) do
    waited = now() - state.heard

    if waited >= @patience and (state.stage == :greeting or Queue.flying?(state.queue)) do
      {:noreply, broken(state, :no_answer)}
    else
      Process.send_after(self(), {:look, pid}, max(@patience - waited, 1_000))
      {:noreply, state}
    end
  end

  def handle_info({:enough, vm}, %{session: %{vm: vm}, closing: from} = state) when from != nil,
    do: {:noreply, over(state)}

  def handle_info(_other, state), do: {:noreply, state}

  defp begun(session) do
    files = %{
      session.probes => Session.manifest(),
      session.info => IO.iodata_to_binary(Session.info(session, nil))
    }

    connecting(%__MODULE__{session: session, queue: Queue.new(session.counts), files: files})
  end

  defp connecting(%{session: %{settings: %{to: {:socket, address}}}} = state),
    do: %{state | connection: Connection.start(address), stage: :connecting}

  # The first answer says what the other end has of this VM, the others what it has got since.
  defp answered(state, <<number::64, rest::binary>>) do
    state = %{state | heard: now(), queue: Queue.acknowledged(state.queue, number)}
    state = if state.stage == :greeting, do: welcome(state, number), else: state
    answered(state, rest)
  end

  defp answered(state, rest), do: %{state | answer: rest}

  # What was on its way over an earlier connection waits again, and some of it may have arrived.
  defp welcome(state, number) do
    queue = Queue.arrived(state.queue, number)
    %{state | stage: :open, pause: @least_pause, error: nil, queue: queue}
  end

  defp pumped(%{stage: :open, sending: false, changed: [_ | _]} = state) do
    files = for name <- Enum.reverse(state.changed), do: Wire.file(name, state.files[name])
    sent(%{state | changed: []}, files)
  end

  defp pumped(%{stage: :open, sending: false} = state) do
    case Queue.take(state.queue) do
      {[], _queue} -> state
      {frames, queue} -> sent(%{state | queue: queue, heard: heard(state)}, frames)
    end
  end

  defp pumped(state), do: state

  # Time runs from when there is something to be acknowledged.
  defp heard(state), do: if(Queue.flying?(state.queue), do: state.heard, else: now())

  defp sent(state, data) do
    Connection.send(state.connection, state.socket, data)
    %{state | sending: true}
  end

  defp listen(socket), do: :inet.setopts(socket, active: :once)

  # Everything has arrived: the other end is told so, and closes.
  defp ending(%{closing: from, stage: :open, sending: false, changed: []} = state)
       when from != nil do
    if Queue.empty?(state.queue) do
      :gen_tcp.shutdown(state.socket, :write)
      %{state | stage: :ended}
    else
      state
    end
  end

  defp ending(state), do: state

  defp broken(%{stage: :ended} = state, _reason), do: over(state)

  defp broken(state, reason) do
    state = disconnected(state)
    Process.send_after(self(), {:connect, state.session.vm}, jittered(state.pause))

    %{
      state
      | error: reason,
        stage: :waiting,
        queue: Queue.again(state.queue),
        pause: min(2 * state.pause, @most_pause)
    }
  end

  # Many VMs that lose one collector do not all come back at once.
  defp jittered(pause), do: div(pause, 2) + :rand.uniform(pause)

  defp over(%{session: nil} = state), do: state

  defp over(state) do
    Queue.lost(state.queue)
    if state.closing, do: GenServer.reply(state.closing, :ok)
    disconnected(state)
    %__MODULE__{}
  end

  defp disconnected(state) do
    if state.connection do
      Process.unlink(state.connection)
      Process.exit(state.connection, :kill)
    end

    if state.socket, do: closed(state.socket)
    %{state | connection: nil, socket: nil, sending: false}
  end

  # Otherwise it would wait for a consumer that does not read.
  defp closed(socket) do
    :inet.setopts(socket, linger: {true, 0})
    :gen_tcp.close(socket)
  end

  defp shown({:shutdown, reason}), do: reason
  defp shown(reason), do: reason

  defp now, do: System.monotonic_time(:millisecond)
end
