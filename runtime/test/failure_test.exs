defmodule Escope.FailureTest do
  # Whatever breaks in the recorder, the application's calls go on, and so does the supervisor.
  use ExUnit.Case, async: false

  import ExUnit.CaptureLog

  alias Escope.{Probe, Recorded, Recorder, Ring, Rings}

  @mfa {M, {:f, 1}}

  setup do
    folder = Recorded.folder()
    on_exit(fn -> Escope.stop() end)
    {:ok, folder: folder, supervisor: Process.whereis(Escope.Supervisor)}
  end

  # Calls until told to stop, in several processes; each answers how many calls it made, all right.
  defp load do
    for n <- 1..4, do: Task.async(fn -> busy(n, 0) end)
  end

  defp busy(n, i) do
    ^i = Probe.run(n, @mfa, [i], fn -> i end)
    if rem(i, 20) == 0, do: Process.sleep(1)

    receive do
      :enough -> i
    after
      0 -> busy(n, i + 1)
    end
  end

  defp enough(tasks) do
    for task <- tasks, do: send(task.pid, :enough)
    Task.await_many(tasks)
  end

  defp kill(name) do
    pid = Process.whereis(name)
    ref = Process.monitor(pid)
    Process.exit(pid, :kill)
    assert_receive {:DOWN, ^ref, _, _, :killed}
    Process.sleep(60)
    refute Process.whereis(name) in [nil, pid]
  end

  # What happened to the folder is noticed within a second, when `recording.json` is replaced.
  defp stopped(left \\ 500) do
    if Escope.status().recording and left > 0 do
      Process.sleep(10)
      stopped(left - 1)
    end
  end

  defp last(folder, id) do
    folder |> Recorded.read() |> Enum.filter(&(&1.probe == id)) |> List.last()
  end

  for victim <- [Rings, Recorder] do
    test "#{inspect(victim)} is killed again and again under load: calls and recording go on",
         context do
      :ok = Escope.start(record: context.folder)
      tasks = load()
      for _ <- 1..5, do: kill(unquote(victim))
      Process.sleep(300)
      assert Enum.all?(enough(tasks), &(&1 > 100))
      Probe.run(99, @mfa, [], fn -> :after_all end)
      assert :ok = Escope.flush()
      assert last(context.folder, 99).payload == :after_all
      assert %{recording: true, events: events, drops: drops} = Escope.status()
      assert events > 1000
      :ok = Escope.stop()

      # Whatever is missing is counted.
      found = Recorded.read(context.folder)

      missing =
        found
        |> Enum.reject(&(&1.kind == :exit))
        |> Enum.group_by(& &1.pid, & &1.seq)
        |> Enum.map(&gaps/1)
        |> Enum.sum()

      assert missing <= Enum.sum(Map.values(drops))
      spans = for %{kind: :enter, span: span} <- found, do: span
      assert spans == Enum.uniq(spans)
      assert Process.whereis(Escope.Supervisor) == context.supervisor
    end
  end

  defp gaps({_pid, seqs}), do: Enum.max(seqs) - length(Enum.uniq(seqs))

  test "both are dead for good: calls go on", context do
    :ok = Escope.start(record: context.folder)
    on_exit(fn -> Application.ensure_all_started(:escope) end)
    on = Ring.state()
    for name <- [Rings, Recorder], do: :ok = Supervisor.terminate_child(Escope.Supervisor, name)
    Ring.publish(on)
    assert Probe.run(1, @mfa, [1], fn -> :fine end) == :fine
    assert catch_throw(Probe.run(1, @mfa, [1], fn -> throw(:t) end)) == :t
    assert {:error, _} = Escope.status()
    Ring.publish(nil)
    capture_log(fn -> Application.stop(:escope) end)
  end

  test "a folder that is removed: one warning, no more recording, no crash", context do
    log =
      capture_log(fn ->
        :ok = Escope.start(record: context.folder)
        recorder = Process.whereis(Recorder)
        File.rm_rf!(context.folder)
        for i <- 1..1000, do: assert(Probe.run(1, @mfa, [i], fn -> i end) == i)
        stopped()
        assert Process.whereis(Recorder) == recorder
      end)

    assert length(String.split(log, "recording stopped")) == 2
    assert Ring.state() == nil
    assert %{recording: false, error: :enoent} = Escope.status()
    assert :ok = Escope.start(record: context.folder)
  end

  test "a folder that cannot be made", context do
    File.write!(context.folder, "a file")

    assert capture_log(fn -> assert {:error, _} = Escope.start(record: context.folder <> "/x") end) =~
             "stopped"

    assert Probe.run(1, @mfa, [1], fn -> 1 end) == 1
    assert Process.whereis(Escope.Supervisor) == context.supervisor
  end

  test "a disk that refuses to write", context do
    :ok = Escope.start(record: context.folder)

    log =
      capture_log(fn ->
        :sys.replace_state(Recorder, fn state ->
          {:ok, full} = :file.open(~c"/dev/full", [:raw, :binary, :write])
          {module, sink} = state.writer.sink
          put_in(state.writer.sink, {module, put_in(sink.segment.file, full)})
        end)

        Probe.run(1, @mfa, [1], fn -> 1 end)
        assert {:error, :enospc} = Escope.flush()
      end)

    assert log =~ "enospc"
    assert %{recording: false, error: :enospc} = Escope.status()
    assert Probe.run(1, @mfa, [1], fn -> 1 end) == 1
  end

  test "what is wrong in an event, or with the process, harms neither the call nor other events",
       context do
    :ok = Escope.start(record: context.folder)
    assert Probe.run(1, :no_name, :no_list, fn -> :fine end) == :fine
    Process.put(:"$ancestors", [:a | :b])
    Process.put(:"$callers", make_ref())
    assert Probe.run(2, @mfa, [[1 | 2]], fn -> :fine end) == :fine
    Process.delete(:"$ancestors")
    Process.delete(:"$callers")
    Process.put(:"$escope", :destroyed)
    assert Probe.run(3, @mfa, [], fn -> Process.put(:"$escope", :destroyed) end) != :fine
    assert Probe.run(4, @mfa, [], fn -> :fine end) == :fine
    send(Recorder, :anything)
    Escope.stop()
    assert 2 in Enum.map(Recorded.read(context.folder), & &1.probe)
    assert 4 in Enum.map(Recorded.read(context.folder), & &1.probe)
  end

  test "the supervisor outlives any number of crashes", context do
    for _ <- 1..200, name <- [Rings, Recorder] do
      if pid = Process.whereis(name), do: Process.exit(pid, :kill)
    end

    Process.sleep(100)
    assert Process.whereis(Escope.Supervisor) == context.supervisor
    assert :ok = Escope.start(record: context.folder)
  end
end
