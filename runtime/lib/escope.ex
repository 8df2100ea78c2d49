defmodule Escope do
  @moduledoc """
  What instrumented sources call, and the switch of the recording.

  `probe/2` … `probe/4` are macros: they run in the compiler's process and rebuild the definition
  that they are given. They need no running application: as long as no recording is on, a probed
  function behaves as the original one.
  """

  require Logger

  alias Escope.{Recorder, Settings}

  @doc """
  Records the calls of one clause.

      Escope.probe 1187230, def handle_event("inc", params, socket) do … end
      Escope.probe(5512907, (def mount(_params, _session, socket), do: {:ok, socket}))
      Escope.probe 9120034, :enter, def drain([job | rest], acc) do … end

  Between the id and the definition may stand `:enter`: record the entry only and keep tail calls.
  """
  defmacro probe(id, definition), do: build(id, [definition], __CALLER__)
  @doc false
  defmacro probe(id, a, b), do: build(id, [a, b], __CALLER__)
  @doc false
  defmacro probe(id, a, b, c), do: build(id, [a, b, c], __CALLER__)

  @doc """
  Starts a recording: `record:` (a folder; otherwise `ESCOPE_RECORD` or the configuration says
  where), `limits:`, `redact:`. Without a folder nothing happens.
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

  @doc "Writes what was recorded so far."
  @spec flush() :: :ok | {:error, term}
  def flush, do: Recorder.call(:flush)

  @doc "Whether and where a recording is on, how many events it has, and how many were lost, by reason."
  @spec status() :: Recorder.status() | {:error, term}
  def status, do: Recorder.call(:status)

  defp build(id, rest, env) do
    {options, [definition | blocks]} = Enum.split_while(rest, &(&1 == :enter))
    Escope.Clause.rebuild(id, options, definition, List.first(blocks), env)
  end

  # Stands in rebuilt clauses and is expanded with the function that it stands in, when the macros
  # of the module are known. One of them may bind or drop the variable: then it is not read.
  @doc false
  defmacro unless_macro(variable, calls) do
    if Escope.MacroCall.defined?(__CALLER__.module, calls),
      do: Macro.escape({:"$escope", :unknown}),
      else: variable
  end

  # Binds, beside a parameter's pattern, a variable to the argument. Where Elixir reads a clause's
  # signature for the documentation it expands an `@` first (for `def f(@attribute)`), outside of
  # a match: there the pattern alone is left, so that the signature is the original's.
  @doc false
  defmacro unquote(:@)(pattern, variable) do
    case {__CALLER__.context, pattern} do
      {:match, {:_, _, context}} when is_atom(context) -> variable
      {:match, _} -> {:=, [generated: true], [pattern, variable]}
      _ -> pattern
    end
  end
end
