defmodule Bench.Trace do
  @moduledoc """
  What `:erlang.trace` costs the way LiveDebugger uses it: calls, results and exceptions of all
  processes, with timestamps, go to a tracer, which numbers them and casts them to a GenServer; that
  puts each call into an ordered ETS table, and again, with its result, when it has ended. What
  LiveDebugger does besides (it publishes each, and asks for the table of each) is left out. The last
  64 calls are kept.
  """

  use GenServer

  @kept 64

  @doc "Runs `work`, whose processes are new, with the calls and results of `functions` traced."
  @spec run([{module, atom, arity}], (() -> result)) :: result when result: term
  def run(functions, work) do
    {:ok, handler} = GenServer.start(__MODULE__, nil)
    tracer = spawn(fn -> pass_on(handler, 0) end)
    Process.put(__MODULE__, {tracer, handler})
    for mfa <- functions, do: :erlang.trace_pattern(mfa, [{:_, [], [{:exception_trace}]}], [])
    :erlang.trace(:all, true, [:call, :timestamp, {:tracer, tracer}])
    result = work.()
    :erlang.trace(:all, false, [:call, :timestamp])
    Process.exit(tracer, :kill)
    GenServer.stop(handler)
    result
  end

  @doc "Waits until everything that was traced so far is in the table."
  @spec settle() :: :ok
  def settle do
    {tracer, handler} = Process.get(__MODULE__)
    send(tracer, {:settle, self()})

    receive do
      :settled -> GenServer.call(handler, :settled, :infinity)
    end
  end

  defp pass_on(handler, n) do
    receive do
      {:settle, from} ->
        send(from, :settled)
        pass_on(handler, n)

      trace ->
        GenServer.cast(handler, {:new_trace, trace, n})
        pass_on(handler, n - 1)
    end
  end

  @impl true
  def init(_), do: {:ok, {:ets.new(:trace, [:ordered_set, :public]), %{}}}

  @impl true
  def handle_call(:settled, _from, state), do: {:reply, :ok, state}

  @impl true
  def handle_cast({:new_trace, {_, pid, :call, {module, name, args}, time}, n}, {table, open}) do
    call = %{
      id: rem(n, @kept),
      pid: pid,
      timestamp: :timer.now_diff(time, {0, 0, 0}),
      module: module,
      function: name,
      arity: length(args),
      args: args,
      execution_time: nil,
      type: :call,
      return_value: nil
    }

    :ets.insert(table, {call.id, call})
    {:noreply, {table, Map.put(open, {pid, module, name}, {call, time})}}
  end

  def handle_cast(
        {:new_trace, {_, pid, type, {module, name, _}, value, time}, _n},
        {table, open}
      ) do
    {{call, began}, open} = Map.pop!(open, {pid, module, name})
    took = :timer.now_diff(time, began)
    :ets.insert(table, {call.id, %{call | type: type, return_value: value, execution_time: took}})
    {:noreply, {table, open}}
  end
end
