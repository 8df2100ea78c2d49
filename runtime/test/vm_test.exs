defmodule Escope.VmTest do
  # Recordings of other VMs: how they begin, and what is left when they end.
  use ExUnit.Case, async: true

  alias Escope.Recorded

  @calls """
  {:ok, _} = Application.ensure_all_started(:escope)
  call = fn i -> Escope.Probe.run(1, {M, {:f, 1}}, [i], fn -> System.os_time(:millisecond) end) end
  """

  setup do
    {:ok, folder: Recorded.folder()}
  end

  defp start(script, folder) do
    Port.open({:spawn_executable, System.find_executable("elixir")}, [
      :binary,
      :exit_status,
      args: ["-pa", Application.app_dir(:escope, "ebin"), "-e", @calls <> script],
      env: [{~c"ESCOPE_RECORD", String.to_charlist(folder)}]
    ])
  end

  defp ended(port, output \\ "") do
    receive do
      {^port, {:data, data}} -> ended(port, output <> data)
      {^port, {:exit_status, status}} -> {status, output}
    after
      20_000 -> flunk("still running: #{output}")
    end
  end

  test "ESCOPE_RECORD alone starts a recording; killed, at most 200 ms are missing", %{
    folder: folder
  } do
    port =
      start("for i <- Stream.iterate(1, &(&1 + 1)), do: (call.(i); Process.sleep(2))", folder)

    {:os_pid, os_pid} = Port.info(port, :os_pid)
    Process.sleep(2500)
    killed_at = System.os_time(:millisecond)
    System.cmd("sh", ["-c", "kill -9 #{os_pid}"])
    assert {137, _} = ended(port)

    leaves = for %{kind: :leave, payload: at} <- Recorded.read(folder), do: at
    assert length(leaves) > 50
    assert killed_at - List.last(leaves) <= 200
    assert Recorded.info(folder) =~ ~s("ended":null)
  end

  for {name, ending} <- [
        {"a script that ends", ""},
        {"System.halt through an exit", "exit({:shutdown, 3})"},
        {"System.stop, as SIGTERM does", "System.stop(0); Process.sleep(:infinity)"},
        {"Application.stop", "Application.stop(:escope)"},
        {"a script that raises", "raise \"x\""}
      ] do
    test "nothing is missing after #{name}", %{folder: folder} do
      port = start("for i <- 1..2000, do: call.(i)\n" <> unquote(ending), folder)
      ended(port)
      events = Recorded.read(folder)
      assert Enum.count(events, &(&1.kind == :leave)) == 2000
      assert Recorded.count(folder) == length(events)
      refute Recorded.info(folder) =~ ~s("ended":null)
    end
  end

  test "several VMs in one folder", %{folder: folder} do
    1..3 |> Enum.map(fn _ -> start("call.(1)", folder) end) |> Enum.each(&ended/1)
    assert length(Path.wildcard(folder <> "/*.events")) == 3
    assert length(Path.wildcard(folder <> "/recording*.json")) == 3
    assert Enum.count(Recorded.read(folder), &(&1.kind == :leave)) == 3
  end
end
