defmodule Escope.FolderTest do
  # How much of the disk a recording takes, and what happens when that is not there.
  use ExUnit.Case, async: false

  import ExUnit.CaptureLog

  alias Escope.{Probe, Recorded}

  @mfa {M, {:f, 1}}
  @text String.duplicate("x", 2_000)

  setup do
    folder = Recorded.folder()
    on_exit(fn -> Escope.stop() end)
    {:ok, folder: folder}
  end

  # Two events of about 2 kB a call.
  defp calls(range) do
    for i <- range do
      assert Probe.run(1, @mfa, [i, @text], fn -> {i, @text} end) == {i, @text}
      if rem(i, 50) == 0, do: Escope.flush()
    end
  end

  defp segments(folder), do: folder |> Path.join("*.events") |> Path.wildcard() |> Enum.sort()
  defp bytes(folder), do: folder |> segments() |> Enum.map(&File.stat!(&1).size) |> Enum.sum()

  test "the oldest segments go, whole, and are counted", %{folder: folder} do
    :ok = Escope.start(record: [folder, max_bytes: 1_000_000, segment_bytes: 100_000])

    for part <- 0..9 do
      calls((part * 100 + 1)..(part * 100 + 100))
      assert bytes(folder) <= 1_000_000 + 250_000
    end

    :ok = Escope.stop()
    assert %{events: events, drops: %{rotated: rotated}} = Escope.status()

    found = Recorded.read(folder)
    assert length(found) == events
    # The process is described at first, and again with each segment that goes.
    again = for %{kind: :spawn, seq: 0, pid: pid} when pid == self() <- found, do: pid
    assert again != []
    assert (events + rotated) in (2001 + length(again))..2040
    assert List.last(for(%{kind: :leave} = e <- found, do: e)).payload == {1000, @text}
    assert Recorded.count(folder) == events
    [first | _] = segments(folder)
    number = first |> Path.basename(".events") |> String.slice(-6..-1//1) |> String.to_integer()
    assert Recorded.info(folder) =~ ~s("drops":{"rotated":#{rotated}},"first_segment":#{number})
    assert number > 1
  end

  test "or the recording ends, and says why", %{folder: folder} do
    log =
      capture_log(fn ->
        :ok = Escope.start(record: [folder, max_bytes: "300KB", full: :stop])
        calls(1..500)
      end)

    assert length(String.split(log, "recording stopped: :max_bytes")) == 2
    assert %{recording: false, error: :max_bytes} = Escope.status()
    assert bytes(folder) <= 300_000
    assert Recorded.info(folder) =~ ~s("stopped":"max_bytes")
    refute Recorded.info(folder) =~ ~s("ended":null)
    assert length(Recorded.read(folder)) == Recorded.count(folder)
  end

  test "another VM's segments in the folder are not its own", %{folder: folder} do
    File.mkdir_p!(folder)
    other = Path.join(folder, "1-00000000-000001.events")
    File.write!(other, ["ESCOPE", 0, 1, :binary.copy("x", 2_000_000)])
    :ok = Escope.start(record: [folder, max_bytes: 500_000])
    calls(1..500)
    assert Escope.status().drops.rotated > 0
    assert File.stat!(other).size > 2_000_000
  end

  test "a recorder that was killed goes on within the limit", %{folder: folder} do
    :ok = Escope.start(record: [folder, max_bytes: 500_000])
    calls(1..300)
    pid = Process.whereis(Escope.Recorder)
    Process.exit(pid, :kill)
    Process.sleep(50)
    calls(301..700)
    assert bytes(folder) <= 500_000 + 250_000
    :ok = Escope.stop()
    assert length(Recorded.read(folder)) == Recorded.count(folder)
  end

  test "a full disk: one warning, whole frames, the application goes on", %{folder: folder} do
    File.mkdir_p!(folder)

    case System.cmd("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", folder],
           stderr_to_stdout: true
         ) do
      {_, 0} -> full(folder)
      {why, _} -> IO.puts("\nskipped: no file system of its own to fill: #{String.trim(why)}")
    end
  end

  defp full(folder) do
    on_exit(fn -> System.cmd("umount", [folder]) end)

    log =
      capture_log(fn ->
        :ok = Escope.start(record: folder)
        calls(1..1000)
        Process.sleep(150)
      end)

    assert length(String.split(log, "recording stopped: :enospc")) == 2
    assert %{recording: false, error: :enospc} = Escope.status()
    [segment] = segments(folder)
    <<_::binary-8, frames::binary>> = File.read!(segment)
    assert whole?(frames)
    assert [_ | _] = Recorded.read(folder)
    assert Recorded.info(folder) =~ ~s("vm":)
  end

  defp whole?(<<>>), do: true
  defp whole?(<<n::32, _::32, _::binary-size(n), rest::binary>>), do: whole?(rest)
  defp whole?(_), do: false

  test "limits by the environment; what is no size, or no choice, is an error", %{folder: folder} do
    for {name, value} <- [MAX: "200KB", FULL: "stop"] do
      System.put_env("ESCOPE_RECORD_#{name}", value)
      on_exit(fn -> System.delete_env("ESCOPE_RECORD_#{name}") end)
    end

    capture_log(fn ->
      :ok = Escope.start(record: folder)
      calls(1..200)
      assert %{error: :max_bytes} = Escope.status()

      for {options, error} <- [
            {[max_bytes: "much"], {:not_a_size, :max_bytes, "much"}},
            {[max_bytes: 0], {:not_a_size, :max_bytes, 0}},
            {[full: :explode], {:neither_rotate_nor_stop, "explode"}}
          ],
          do: assert(Escope.start(record: [folder | options]) == {:error, error})

      assert {:error, {:not_a_folder, 7}} = Escope.start(record: 7)
    end)
  end
end
