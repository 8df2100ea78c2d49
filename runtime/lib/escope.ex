defmodule Escope do
  @moduledoc """
  What instrumented sources call, and the switch of the recording.

  `probe`, `call` and `expr` are macros: they run in the compiler's process and mark what they are
  given. They need no running application: as long as no recording is on, probed code behaves as
  the original.
  """

  require Logger

  alias Escope.{Feed, Recorder, Settings, Snapshot}

  @doc """
  Records the calls of one clause.

      Escope.probe 1187230, def handle_event("inc", params, socket) do … end
      Escope.probe(5512907, (def mount(_params, _session, socket), do: {:ok, socket}))
      Escope.probe 9120034, :enter, def drain([job | rest], acc) do … end

  Between the id and the definition may stand `:enter`: record the entry only and keep tail calls;
  and a list of names: record what is bound to these variables in the body.
  """
  defmacro probe(id, definition), do: build(id, [definition], __CALLER__)
  @doc false
  defmacro probe(id, a, b), do: build(id, [a, b], __CALLER__)
  @doc false
  defmacro probe(id, a, b, c), do: build(id, [a, b, c], __CALLER__)
  @doc false
  defmacro probe(id, a, b, c, d), do: build(id, [a, b, c, d], __CALLER__)

  @doc """
  Records the calls that one call site makes; `:enter` as with `probe/2`.

      Escope.call(880231, (GenServer.call(server, :sum)))
      server |> Escope.call(880231, (GenServer.call(:sum)))
  """
  defmacro call(id, call), do: site(id, :run, call, __CALLER__)

  @doc """
  Records the value of an expression; where that is a call, what `call/2` records.

      Escope.expr(770412, (if paid?, do: ship(cart), else: cart))
  """
  defmacro expr(id, expr), do: site(id, :run, expr, __CALLER__)

  for name <- [:call, :expr] do
    @doc false
    defmacro unquote(name)(id, :enter, code), do: site(id, :enter, code, __CALLER__)

    defmacro unquote(name)(piped, id, code),
      do: site(id, :run, Macro.pipe(piped, code, 0), __CALLER__)

    @doc false
    defmacro unquote(name)(piped, id, :enter, code),
      do: site(id, :enter, Macro.pipe(piped, code, 0), __CALLER__)
  end

  @doc """
  Starts a recording.

      Escope.start(record: "recordings/today")
      Escope.start(record: ["recordings/today", max_bytes: "500MB", full: :stop])
      Escope.start(record: ["tcp://collector:4600", token: "…"])

  | option | |
  |---|---|
  | `record` | a folder, or the address of a socket, with options; otherwise `ESCOPE_RECORD` or the configuration says where |
  | `limits` | how much of a term is kept: `depth`, `items`, `bytes`, `total` |
  | `redact` | names of keys to be hidden besides the usual ones; `false` hides nothing |
  | `samples` | of how many processes a second memory and queue are noted; 0 is none |
  | `policies` | the file that says what the rules ask (`Escope.Policies`) |

  Errors: `:no_folder` where nothing says where to record, `:already_recording`, `{:not_an_address, text}`,
  `{:not_a_size, key, value}`, or what the file system says. Over a socket nothing is waited for:
  `status/0` says whether there is a connection.
  """
  @spec start(keyword) :: :ok | {:error, term}
  def start(options \\ []) do
    case Settings.read(options) do
      {:ok, settings} -> Recorder.call({:start, settings})
      :off -> {:error, :no_folder}
      {:error, reason} -> refused(reason)
    end
  end

  defp refused(reason) do
    Logger.warning("escope: not recording: #{inspect(reason)}")
    {:error, reason}
  end

  @doc """
  Turns probes off and ends the recording; what is still on its way is written. Over a socket it
  waits up to two seconds for the other end.
  """
  @spec stop() :: :ok | {:error, term}
  def stop, do: Recorder.call(:stop)

  @doc """
  Turns a part of the probes off while a recording is on: `:all`, `{:rule, id}`, `{:probe, id}` or
  `{:process, pid}`. What was begun is still closed.
  """
  @spec disable(Escope.Policies.switch()) :: :ok | {:error, term}
  def disable(what), do: Recorder.call({:switch, what, false})

  @doc """
  Turns a part of the probes on again; the first process that is named, where none was turned off,
  is the only one that is recorded. `enable(:all)` undoes every switch.
  """
  @spec enable(Escope.Policies.switch()) :: :ok | {:error, term}
  def enable(what), do: Recorder.call({:switch, what, true})

  @doc "Writes what was recorded so far."
  @spec flush() :: :ok | {:error, term}
  def flush, do: Recorder.call(:flush)

  @doc """
  Whether and where a recording is on, how many events it has, and how many were lost, by reason.

      %{recording: true, to: "/app/recording", folder: "/app/recording", vm: "41523-9f3c01ab",
        started: ~U[2026-11-22 13:05:09Z], events: 1234, drops: %{refused: 7}, processes: 12,
        subscribers: 0, missed: 0, error: nil}

  Over a socket also `connected`, `socket_error` and `waiting`: see `t:Escope.Status.t/0`.
  """
  @spec status() :: Escope.Status.t() | {:error, term}
  def status, do: Recorder.call(:status)

  @doc """
  Puts an event into the recording, with a text and, where there is something to say, a term:

      Escope.mark("checkout begins", %{cart: cart.id})

  It lies within the span that is open in the calling process. Without a recording nothing happens.
  """
  @spec mark(String.t(), term) :: :ok
  def mark(text, metadata \\ nil) when is_binary(text), do: Escope.Probe.said(text, metadata)

  @doc """
  Sends the calling process the events of the recording that is on, and of later ones, in batches:

      {:escope, [%{kind: :enter, seq: 2, time: …, pid: …, probe: 1187230, span: 17, parent: nil,
                   cause: nil, payload: {{MyApp.Cart, :handle_call, 3}, […]}}], missed}

  Kinds and payloads are those of docs/recording.md, without secrets; the order is that of writing.
  `missed` counts the events that were left out since the message before: those that came while
  `most` messages were waiting in the subscriber's mailbox.

  Options: `kinds` (a list; all otherwise), `most` (64). Subscribing again changes them.
  """
  @spec subscribe(keyword) :: :ok | {:error, term}
  def subscribe(options \\ []),
    do: Feed.subscribe(self(), options[:kinds], Keyword.get(options, :most, 64))

  @doc "Ends `subscribe/1`. A message that is on its way may still come."
  @spec unsubscribe() :: :ok | {:error, term}
  def unsubscribe, do: Feed.unsubscribe(self())

  @doc """
  What a process of this node is and holds at this moment.

      {:ok, %{pid: pid,
              info: %{registered_name: MyApp.Stock, initial_call: {MyApp.Stock, :init, 1},
                      memory: 2640, message_queue_len: 0, links: […], …},
              state: {:ok, %{…}},
              live_view: nil}}

  `state` is asked for with `:sys.get_state/2`, of processes that answer it: `{:error, :timeout}` of one
  that is busy, `{:error, :not_a_server}` of others, which are not disturbed. Of a LiveView `live_view`
  has `view`, `id`, `assigns`, …, and `components`: each with `cid`, `module`, `id`, `assigns` and
  `children`. Terms are bounded and without secrets, as in a recording.

  Options: `timeout` (1,000 ms), `limits`, `redact`, as in `start/1`.
  """
  @spec snapshot(pid, keyword) :: {:ok, Snapshot.t()} | {:error, :not_alive | :not_local}
  def snapshot(pid, options \\ []) when is_pid(pid), do: Snapshot.take(pid, options)

  @doc """
  The LiveViews that run on this node:

      [%{pid: pid, view: MyAppWeb.CartLive, id: "phx-F8…", parent_pid: nil, root_pid: pid,
         transport_pid: pid, live_action: :index, topic: "lv:phx-F8…"}]

  Each is asked for its state, with `timeout` milliseconds to answer; of one that does not, all but
  `pid` and `view` is nil.
  """
  @spec live_views(timeout) :: [Escope.Live.Views.live_view()]
  def live_views(timeout \\ 1_000), do: Escope.Live.Views.all(timeout)

  defp site(id, mode, code, env), do: Escope.Site.mark(id, mode, code, env)

  defp build(id, rest, env) do
    {options, [definition | blocks]} = Enum.split_while(rest, &option?/1)
    Escope.Clause.rebuild(id, options, definition, List.first(blocks), env)
  end

  defp option?(option), do: option == :enter or (is_list(option) and not Keyword.keyword?(option))
end
