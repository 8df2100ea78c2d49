defmodule Escope.SampleTest do
  # Now and then the recorder has a look at the processes that it has seen.
  use ExUnit.Case, async: false

  alias Escope.{Probe, Recorded}

  @mfa {M, {:f, 1}}

  defp samples(folder, pid),
    do: for(%{kind: :sample, pid: ^pid} = e <- Recorded.read(folder), do: e.payload)

  # Looks at once instead of in a second.
  defp look do
    :sys.replace_state(Escope.Recorder, fn state ->
      put_in(state.samples.at, -1_000_000_000_000)
    end)

    Process.sleep(250)
  end

  test "queue, memory, name and links, when they have changed" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder, samples: 100)
    on_exit(fn -> Escope.stop() end)

    {:ok, pid} = Agent.start_link(fn -> 1 end, name: :sampled)
    Agent.get(pid, fn n -> Probe.run(1, @mfa, [], fn -> n end) end)
    look()
    look()
    :sys.suspend(pid)
    for _ <- 1..5, do: send(pid, :hello)
    look()
    Escope.stop()

    assert [first, second] = samples(folder, pid)
    me = self()
    assert %{message_queue_len: 0, registered_name: :sampled, links: [^me], more_links: 0} = first
    assert first.memory > 0 and first.reductions > 0
    assert second.message_queue_len == 5
    event = Enum.find(Recorded.read(folder), &(&1.kind == :sample))
    assert {event.seq, event.probe, event.span, event.parent} == {0, nil, nil, nil}
  end

  test "so many at a time, one after the other" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder, samples: 3)
    on_exit(fn -> Escope.stop() end)

    pids =
      for _ <- 1..8 do
        {:ok, pid} = Agent.start_link(fn -> 1 end)
        Agent.get(pid, fn n -> Probe.run(1, @mfa, [], fn -> n end) end)
        pid
      end

    Escope.flush()
    look()
    count = fn -> Enum.count(pids, &(samples(folder, &1) != [])) end
    assert count.() in 2..3
    for _ <- 1..3, do: look()
    assert count.() == 8
  end

  test "a process that does not answer keeps nobody waiting" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder, samples: 3)
    on_exit(fn -> Escope.stop() end)
    sampler = Process.whereis(Escope.Sampler)
    :sys.suspend(sampler)
    Probe.run(1, @mfa, [], fn -> 1 end)
    Escope.flush()
    for _ <- 1..3, do: look()
    assert {:message_queue_len, n} = Process.info(sampler, :message_queue_len)
    assert n <= 3
    :sys.resume(sampler)
  end
end
