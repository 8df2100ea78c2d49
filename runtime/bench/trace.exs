defmodule Bench.Trace do
  @moduledoc "What `:erlang.trace` costs: every message is received and kept, the last 64 of them, as a debugger would."

  @doc "Runs `work`, whose processes are new, with the calls and results of `functions` traced."
  @spec run([{module, atom, arity}], (() -> result)) :: result when result: term
  def run(functions, work) do
    tracer = spawn(&keep/0)
    for mfa <- functions, do: :erlang.trace_pattern(mfa, [{:_, [], [{:return_trace}]}], [:local])
    :erlang.trace(:new_processes, true, [:call, :timestamp, {:tracer, tracer}])
    result = work.()
    :erlang.trace(:all, false, [:call, :timestamp])
    Process.exit(tracer, :kill)
    result
  end

  defp keep do
    table = :ets.new(:trace, [:ordered_set])
    keep(table, 0)
  end

  defp keep(table, n) do
    receive do
      message -> :ets.insert(table, {rem(n, 64), message})
    end

    keep(table, n + 1)
  end
end
