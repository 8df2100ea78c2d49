defmodule Escope do
  @moduledoc """
  What instrumented sources call, and the switch of the recording.

  `probe`, `call` and `expr` are macros: they run in the compiler's process and mark what they are
  given. They need no running application: as long as no recording is on, probed code behaves as
  the original.
  """

  require Logger

  alias Escope.{Recorder, Settings}

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
  Starts a recording: `record:` (a folder; otherwise `ESCOPE_RECORD` or the configuration says
  where), `limits:`, `redact:`, `policies:` (the file that `Escope.Policies` reads). Without a folder
  nothing happens.
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

  @doc "Turns probes off and ends the recording."
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

  @doc "Whether and where a recording is on, how many events it has, and how many were lost, by reason."
  @spec status() :: Recorder.status() | {:error, term}
  def status, do: Recorder.call(:status)

  defp site(id, mode, code, env), do: Escope.Site.mark(id, mode, code, env)

  defp build(id, rest, env) do
    {options, [definition | blocks]} = Enum.split_while(rest, &option?/1)
    Escope.Clause.rebuild(id, options, definition, List.first(blocks), env)
  end

  defp option?(option), do: option == :enter or (is_list(option) and not Keyword.keyword?(option))
end
