# How many events a second a stuck recorder or a consumer that never reads leaves the application (what
# does not fit is refused), what an event costs in CPU time, and how many a second reach a file or a
# socket without loss. Ratios are to the plain calls of this run. Where the machine is busy with other
# things, CPU times are what counts.
#
#     ELIXIR_ERL_OPTIONS="+sbwt none +sbwtdcpu none +sbwtdio none" MIX_ENV=prod mix run bench/flow.exs

defmodule Bench.Flow do
  @mfa {Bench.Flow, {:handle_event, 3}}
  @processes 2
  @seconds 2

  def run do
    plain = stalled(nil)
    line("plain calls", plain, plain)

    line("recorder stuck", recorded(&stalled/1), plain)
    line("consumer never reads", unread(&stalled/1), plain)
    cost()

    for {name, to} <- [{"a file", :file}, {"a socket", :socket}],
        do: without_loss(name, to, plain)
  end

  defp line(name, calls, plain) do
    events = if name == "plain calls", do: calls, else: 2 * calls
    rate = String.pad_leading("#{Float.round(events / 1.0e6, 3)}", 8)
    IO.puts("#{String.pad_trailing(name, 36)} #{rate} M/s   x #{Float.round(events / plain, 3)}")
  end

  # Calls a second of all processes, as fast as they can.
  defp stalled(setup) do
    if setup, do: setup.()
    calls = fn -> for i <- 1..200, do: call(setup != nil, i) end

    1..@processes
    |> Enum.map(fn _ -> Task.async(fn -> count(calls, until(@seconds), 0) end) end)
    |> Task.await_many(:infinity)
    |> Enum.sum()
    |> div(@seconds)
  end

  defp until(seconds), do: System.monotonic_time(:millisecond) + round(seconds * 1000)

  defp count(calls, until, n) do
    if System.monotonic_time(:millisecond) < until do
      calls.()
      count(calls, until, n + 200)
    else
      n
    end
  end

  defp call(false, i), do: work(i, %{"by" => "2"})

  defp call(true, i),
    do: Escope.Probe.run(1, @mfa, ["inc", %{"by" => "2"}, i], fn -> work(i, %{"by" => "2"}) end)

  defp work(i, params), do: {:noreply, i, params}

  defp recorded(work) do
    folder = folder()
    :ok = Escope.start(record: folder)
    result = work.(fn -> :sys.suspend(Escope.Recorder) end)
    :sys.resume(Escope.Recorder)
    Escope.stop()
    File.rm_rf!(folder)
    result
  end

  # CPU time of the whole VM, while rings are filled and while they are emptied.
  defp cost do
    folder = folder()
    :ok = Escope.start(record: folder, samples: 0)
    {capture, export, events} = Enum.reduce(1..30, {0, 0, 0}, &filled/2)
    Escope.stop()
    File.rm_rf!(folder)
    [capture, export] = for ms <- [capture, export], do: round(ms * 1.0e6 / events)
    IO.puts("CPU time an event: capture #{capture} ns, export #{export} ns")
    IO.puts("  one core does both for #{div(1_000_000, capture + export)} k events/s")
  end

  defp filled(_n, {capture, export, events}) do
    :sys.suspend(Escope.Recorder)
    before = Escope.Counts.get(elem(Escope.Ring.state(), 4), :written)
    start = cpu()

    1..@processes
    |> Enum.map(fn _ -> Task.async(fn -> for i <- 1..2_000, do: call(true, i) end) end)
    |> Task.await_many(:infinity)

    full = cpu()
    :sys.resume(Escope.Recorder)
    :ok = Escope.flush()
    written = Escope.Counts.get(elem(Escope.Ring.state(), 4), :written) - before
    {capture + full - start, export + cpu() - full, events + written}
  end

  defp cpu, do: elem(:erlang.statistics(:runtime), 0)

  defp unread(work) do
    {:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ip: {127, 0, 0, 1}])
    {:ok, port} = :inet.port(listener)
    :ok = Escope.start(record: "tcp://127.0.0.1:#{port}")
    result = work.(fn -> :ok end)
    IO.puts("  " <> inspect(Escope.status().drops))
    Escope.stop()
    :gen_tcp.close(listener)
    result
  end

  # The highest pace at which everything arrives: found from below, a seventh more each time. A
  # machine that is busy with other things may fail one by chance.
  defp without_loss(name, to, plain) do
    best = pace(to, 25_000, 0)
    line("without loss into #{name}", div(best, 2), plain)
  end

  defp pace(to, events, best) do
    case Enum.find_value(1..3, 0, fn _ -> paced(to, events) end) do
      0 -> best
      reached -> pace(to, round(events * 1.15), reached)
    end
  end

  # `events` a second of both processes, each a call and its end; nil where that was not reached.
  defp paced(to, events) do
    {record, stop} = sink(to)
    :ok = Escope.start(record: record)
    each = div(events, 2 * @processes * 200)

    {us, _} =
      :timer.tc(fn ->
        1..@processes
        |> Enum.map(fn _ -> Task.async(fn -> ticks(each, 200 * @seconds) end) end)
        |> Task.await_many(:infinity)
      end)

    Escope.stop()
    %{events: written, drops: drops} = Escope.status()
    stop.()
    reached = round(written * 1_000_000 / us)
    if drops == %{} and reached > 0.95 * events, do: reached
  end

  # 200 times a second `each` calls.
  defp ticks(each, n) do
    start = System.monotonic_time(:microsecond)

    for i <- 1..n do
      for j <- 1..each//1, do: call(true, j)
      left = start + i * 5_000 - System.monotonic_time(:microsecond)
      if left > 1_000, do: Process.sleep(div(left, 1_000))
    end
  end

  defp sink(:file) do
    folder = folder()
    {folder, fn -> File.rm_rf!(folder) end}
  end

  # Takes what comes, as a collector would, in another process of the operating system.
  defp sink(:socket) do
    path = Path.join(System.tmp_dir!(), "escope-flow-#{System.pid()}.sock")
    File.rm(path)

    code = """
    {:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ifaddr: {:local, "#{path}"}])
    IO.puts("ready")
    {:ok, socket} = :gen_tcp.accept(listener)
    {:ok, _} = :gen_tcp.recv(socket, 8)
    frames = fn frames ->
      with {:ok, <<n::64, length::32, _::32>>} <- :gen_tcp.recv(socket, 16),
           {:ok, _} <- :gen_tcp.recv(socket, length) do
        :gen_tcp.send(socket, <<n::64>>)
        frames.(frames)
      end
    end
    frames.(frames)
    """

    elixir = System.find_executable("elixir")
    port = Port.open({:spawn_executable, elixir}, [:binary, args: ["-e", code]])

    receive do
      {^port, {:data, "ready" <> _}} -> :ok
    end

    {"unix:" <> path, fn -> File.rm(path) end}
  end

  defp folder, do: Path.join(System.tmp_dir!(), "escope-flow-#{System.pid()}")
end

Bench.Flow.run()
