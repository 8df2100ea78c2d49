defmodule Escope.ChainTest do
  # Many processes forward, call, cast and arm timers at random; each message says which span has
  # sent it. What is recorded as its cause is that one, or nothing.
  use ExUnit.Case, async: false

  alias Escope.{Causes, Recorded}

  @processes 16
  @programs 60

  @source """
  defmodule Chain do
    use GenServer
    require Escope
    Escope.probe 1, def init(at) do
      {:ok, at}
    end
    Escope.probe 2, def handle_call({:run, _from, steps}, _, at) do
      run(steps)
      {:reply, :done, at}
    end
    def handle_call(:plain, _, at) do
      {:reply, :plain, at}
    end
    Escope.probe 3, def handle_cast({:run, _from, steps}, at) do
      run(steps)
      {:noreply, at}
    end
    def handle_cast({:unprobed, steps}, at) do
      run(steps)
      {:noreply, at}
    end
    Escope.probe 4, def handle_info({:run, _from, steps}, at) do
      run(steps)
      {:noreply, at}
    end
    Escope.probe 5, def handle_info({:timeout, _, {:run, _from, steps}}, at) do
      run(steps)
      {:noreply, at}
    end
    def handle_info(_, at) do
      {:noreply, at}
    end
    Escope.probe 6, def handle_continue({:run, _from, steps}, at) do
      run(steps)
      {:noreply, at}
    end
    Escope.probe 7, def begins(steps) do
      run(steps)
      :begun
    end
    defp run(steps), do: Enum.each(steps, &step(&1, span()))
    defp step({:send, to, steps}, me), do: send(name(to), {:run, me, steps})
    defp step({:send_site, to, steps}, me) do
      Escope.call(20, (send(name(to), {:run, me, steps})))
    end
    defp step({:cast, to, steps}, me), do: GenServer.cast(name(to), {:run, me, steps})
    defp step({:call, to, steps}, me), do: GenServer.call(name(to), {:run, me, steps}, 20_000)
    defp step({:plain, to}, _me), do: GenServer.call(name(to), :plain, 20_000)
    defp step({:unprobed, to, steps}, _me), do: GenServer.cast(name(to), {:unprobed, steps})
    defp step({:state, to}, _me), do: :sys.get_state(name(to), 20_000)
    defp step({:self, steps}, me), do: send(self(), {:run, me, steps})
    defp step({:timer, to, ms, steps}, me) do
      Process.send_after(name(to), {:run, me, steps}, ms)
    end
    defp step({:timer_site, to, ms, steps}, me) do
      Escope.call(21, (Process.send_after(pid(to), {:run, me, steps}, ms)))
    end
    defp step({:start_timer, to, ms, steps}, me) do
      Escope.call(22, (:erlang.start_timer(ms, pid(to), {:run, me, steps})))
    end
    defp step({:server_timer, to, ms, steps}, me) do
      Escope.call(23, (:timer.send_after(ms, pid(to), {:run, me, steps})))
    end
    defp step({:plain_server_timer, to, ms, steps}, me) do
      :timer.send_after(ms, pid(to), {:run, me, steps})
    end
    defp step({:task, to, steps}, me) do
      Task.await(Task.async(fn -> send(name(to), {:run, me, steps}) end), 20_000)
    end
    defp step({:spawn, to, steps}, me), do: spawn(fn -> GenServer.cast(name(to), {:run, me, steps}) end)
    defp step({:monitor, _to}, _me), do: spawn_monitor(fn -> :gone end)
    # What an unprobed clause sends is nobody's.
    defp span do
      case Process.get(:"$escope") do
        {_, span, _} -> span
        nil -> nil
      end
    end
    def name(at), do: :"chain_\#{at}"
    defp pid(at), do: Process.whereis(name(at))
  end
  """

  setup_all do
    Code.eval_string(@source)
    :ok
  end

  for seed <- 1..4 do
    test "who has sent what, seed #{seed}" do
      :rand.seed(:exsss, {unquote(seed), 7, 9})
      programs = for _ <- 1..@programs, do: steps(3, 0)
      events = Recorded.events(fn -> run(programs) end)
      causes = Causes.of(events)
      enters = for %{kind: :enter} = e <- events, into: %{}, do: {e.span, e}

      judged =
        for {_, %{parent: nil, payload: {_, args}} = e} <- enters, {:ok, from} <- [from(args)] do
          found = causes[e.span]
          verdict(found, enters[found], from) || flunk(told(e, found, from, events))
        end

      assert length(judged) > 300
      %{right: right} = counts = Enum.frequencies(judged)
      IO.puts("causes, seed #{unquote(seed)}: #{inspect(counts)}")
      # Timers that nobody has probed have none.
      assert right > 0.7 * length(judged)
    end
  end

  defp run(programs) do
    :seq_trace.set_token([])

    for at <- 1..@processes, do: {:ok, _} = GenServer.start(Chain, at, name: :"chain_#{at}")

    tasks =
      for program <- programs do
        Process.sleep(3)
        Task.async(fn -> apply(Chain, :begins, [program]) end)
      end

    Task.await_many(tasks, 60_000)
    Process.sleep(200)
    for at <- 1..@processes, do: GenServer.stop(:"chain_#{at}")
  end

  defp from([{:run, from, _} | _]), do: {:ok, from}
  defp from([{:timeout, _, {:run, from, _}} | _]), do: {:ok, from}
  defp from(_args), do: :none

  defp verdict(nil, _, nil), do: :none
  defp verdict(nil, _, _from), do: :unknown
  defp verdict(found, _, found), do: :right
  defp verdict(_found, %{parent: from}, from) when from != nil, do: :right
  # Of an unprobed clause: whoever has had it sent.
  defp verdict(_found, _, nil), do: :handed_on
  defp verdict(_found, _, _from), do: nil

  defp told(event, found, from, events) do
    near = for e <- events, e.span in [event.span, found, from], do: Map.delete(e, :probe)

    "#{inspect(event)}\nwas said to come from #{inspect(found)}, not #{inspect(from)}\n#{inspect(near, limit: :infinity, pretty: true)}"
  end

  defp steps(0, _at), do: []
  defp steps(depth, at), do: for(_ <- 1..:rand.uniform(3), do: step(depth - 1, at))

  # Only processes with a higher number are called: a circle would wait for itself.
  defp step(depth, at) do
    to = :rand.uniform(@processes)
    above = if at < @processes, do: at + :rand.uniform(@processes - at)
    ms = :rand.uniform(12)

    case :rand.uniform(20) do
      n when n in 1..2 -> {:send, to, steps(depth, to)}
      3 -> {:send_site, to, steps(depth, to)}
      n when n in 4..5 -> {:cast, to, steps(depth, to)}
      n when n in 6..9 and above != nil -> {:call, above, steps(depth, above)}
      10 when above != nil -> {:plain, above}
      11 -> {:unprobed, to, steps(depth, to)}
      12 when above != nil -> {:state, above}
      13 -> {:spawn, to, steps(depth, to)}
      14 -> {:timer, to, ms, steps(depth, to)}
      15 -> {:timer_site, to, ms, steps(depth, to)}
      16 -> {:start_timer, to, ms, steps(depth, to)}
      17 -> {:server_timer, to, ms, steps(depth, to)}
      18 -> {:plain_server_timer, to, ms, steps(depth, to)}
      19 -> {:task, to, steps(depth, to)}
      20 -> {:monitor, to}
      _ -> {:cast, to, steps(depth, to)}
    end
  end
end
