# How many events a second are captured while nobody takes them, and how many reach a file or a
# socket without loss. Prints events a second, and the ratio to the plain calls of this run.
#
#     MIX_ENV=prod mix run bench/flow.exs

defmodule Bench.Flow do
  @mfa {Bench.Flow, {:handle_event, 3}}
  @processes 2
  @seconds 2

  def run do
    plain = stalled(nil)
    line("plain calls", plain, plain)

    line("captured, recorder stuck", recorded("stuck", &stalled/1), plain)
    line("captured, no consumer reads", unread(&stalled/1), plain)

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

  defp recorded(_name, work) do
    folder = folder()
    :ok = Escope.start(record: folder)
    result = work.(fn -> :sys.suspend(Escope.Recorder) end)
    :sys.resume(Escope.Recorder)
    Escope.stop()
    File.rm_rf!(folder)
    result
  end

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
    best = pace(to, 100_000, 0)
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
