defmodule Escope.MemoryTest do
  # Whatever the application does and whatever the recorder waits for: less than 64 MB.
  use ExUnit.Case, async: false

  alias Escope.{Probe, Recorded, Ring}

  @most 48_000_000
  @mfa {M, {:f, 1}}

  setup do
    folder = Recorded.folder()
    on_exit(fn -> Escope.stop() end)
    {:ok, folder: folder}
  end

  # All that the runtime's processes and tables hold, and binaries that only they can hold.
  defp held(before) do
    tables =
      case Ring.state() do
        nil ->
          0

        {_, rings, _, _, _, _} ->
          for({table, _} <- Tuple.to_list(rings), do: :ets.info(table, :memory) * 8) |> Enum.sum()
      end

    processes =
      for name <- [Escope.Recorder, Escope.Rings, Escope.Sink.Link, Escope.Feed, Escope.Sampler],
          {:memory, bytes} <- [Process.info(Process.whereis(name), :memory)],
          do: bytes

    tables + Enum.sum(processes) + max(:erlang.memory(:binary) - before, 0)
  end

  defp large(i) do
    %{
      i: i,
      text: :binary.copy(<<rem(i, 256)>>, 3_000),
      list: for(n <- 1..100, do: {n, n * i}),
      map: Map.new(1..30, &{&1, i})
    }
  end

  defp flood(calls) do
    before = :erlang.memory(:binary)

    tasks =
      for p <- 1..8 do
        Task.async(fn ->
          for i <- 1..calls do
            value = large(i)
            ^i = Probe.run(p, @mfa, [value, i], fn -> i end)
            Probe.run(p, @mfa, [], fn -> value end)

            try do
              Probe.run(p, @mfa, [], fn -> :erlang.error({:no, value}, [value]) end)
            rescue
              ErlangError -> :ok
            end

            Escope.mark("large", value)
            if rem(i, 50) == 0, do: :erlang.garbage_collect()
          end
        end)
      end

    watched = Task.async(fn -> most(before, 0) end)
    Task.await_many(tasks, 60_000)
    send(watched.pid, :enough)
    Task.await(watched)
  end

  defp most(before, most) do
    most = max(most, held(before))

    receive do
      :enough -> most
    after
      20 -> most(before, most)
    end
  end

  test "a recorder that is stuck", %{folder: folder} do
    :ok = Escope.start(record: folder)
    recorder = Process.whereis(Escope.Recorder)
    :sys.suspend(recorder)
    most = flood(1_500)
    :sys.resume(recorder)
    assert %{drops: %{refused: refused}} = Escope.status()
    assert refused > 1_000
    assert most < @most, "#{most} bytes"
  end

  test "a recorder that keeps up, with a subscriber that does not", %{folder: folder} do
    :ok = Escope.start(record: folder)
    lazy = spawn_link(fn -> Escope.subscribe() && Process.sleep(:infinity) end)
    most = flood(800)
    assert most < @most, "#{most} bytes"
    assert {:memory, bytes} = Process.info(lazy, :memory)
    assert bytes < @most
  end

  test "a consumer that never reads" do
    path = Path.join(System.tmp_dir!(), "escope-memory-#{System.pid()}.sock")
    File.rm(path)
    Escope.Consumer.start("unix:" <> path, fn _ -> :never end)
    :ok = Escope.start(record: "unix:" <> path)
    most = flood(800)
    assert most < @most, "#{most} bytes"
    Escope.stop()
    File.rm(path)
  end
end
