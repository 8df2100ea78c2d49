defmodule Escope.RecorderTest do
  # A recording's files, from its start to every way in which it can end.
  use ExUnit.Case, async: false

  alias Escope.{Probe, Recorded}

  @mfa {Shop.Cart, {:handle_call, 3}}

  setup do
    folder = Recorded.folder()
    on_exit(fn -> Escope.stop() end)
    {:ok, folder: folder}
  end

  defp call(value), do: Probe.run(7, @mfa, [value], fn -> {:ok, value} end)

  test "a recording's files are as docs/recording.md says", %{folder: folder} do
    :ok = Escope.start(record: folder)
    assert %{recording: true, folder: ^folder, vm: vm} = Escope.status()
    call(:a)
    assert Recorded.info(folder) =~ ~s("ended":null)
    :ok = Escope.stop()

    assert folder |> File.ls!() |> Enum.sort() ==
             Enum.sort(["#{vm}-000001.events", "probes.json", "recording.json"])

    assert vm =~ ~r/\A\d+-[0-9a-f]{8}\z/
    info = Recorded.info(folder)

    assert info =~
             ~r/\A\{"format":1,"vm":"#{vm}","epoch":\d+,"node":"nonode@nohost","probes":"probes.json","started":\{"wall_ns":\d+,"monotonic_ns":-?\d+\},"ended":\{"wall_ns":\d+,"monotonic_ns":-?\d+\},"versions":\{"escope":"0.1.0","elixir":"#{System.version()}","otp":"\d+"\},"events":3,"drops":\{\}\}\n\z/

    assert File.read!(folder <> "/probes.json") == ~s({"format":1,"project":null,"probes":[]}\n)

    assert [%{kind: :spawn, seq: 1, payload: process}, enter, leave] = Recorded.read(folder)

    assert %{initial_call: _, ancestors: _, callers: [], registered_name: nil, label: nil} =
             process

    assert %{
             kind: :enter,
             probe: 7,
             parent: nil,
             cause: nil,
             payload: {{Shop.Cart, :handle_call, 3}, [:a]}
           } = enter

    assert %{kind: :leave, probe: 7, payload: {:ok, :a}} = leave
    assert leave.span == enter.span
  end

  test "raise, nesting after a rescue, and entries of loops", %{folder: folder} do
    :ok = Escope.start(record: folder)

    catch_throw(
      Probe.run(1, @mfa, [], fn ->
        try do
          Probe.run(2, @mfa, nil, fn -> raise "boom" end)
        rescue
          RuntimeError -> Probe.enter(3, @mfa, [:loop])
        end

        Probe.run(4, @mfa, [], fn -> throw(:t) end)
      end)
    )

    Escope.stop()
    assert [_, one, two, boom, loop, four, four_end, one_end] = Recorded.read(folder)

    assert {two.parent, boom.span, loop.parent, four.parent} ==
             {one.span, two.span, one.span, one.span}

    assert {:error, %RuntimeError{message: "boom"}, [{__MODULE__, _, _, [file: _, line: _]} | _]} =
             boom.payload

    assert {loop.kind, loop.payload} == {:enter, {{Shop.Cart, :handle_call, 3}, [:loop]}}
    assert two.payload == {{Shop.Cart, :handle_call, 3}, nil}
    assert {:throw, :t, _} = four_end.payload
    assert {one_end.kind, one_end.span} == {:raise, one.span}
  end

  test "the ends of processes, and what describes them", %{folder: folder} do
    :ok = Escope.start(record: folder)

    {:ok, agent} = Agent.start(fn -> nil end, name: :the_agent)
    Agent.get(agent, fn _ -> call(1) end)
    # Why a process ended is known once it is watched.
    Process.sleep(30)
    Agent.stop(agent, {:shutdown, :done})
    killed = spawn(fn -> Probe.run(1, @mfa, [], fn -> Process.sleep(:infinity) end) end)
    Process.sleep(30)
    Process.exit(killed, :kill)
    Process.sleep(30)
    Escope.stop()

    events = Recorded.read(folder)

    assert %{
             registered_name: :the_agent,
             initial_call: {__MODULE__, _, 0},
             ancestors: [parent]
           } = Enum.find(events, &(&1.kind == :spawn and &1.pid == agent)).payload

    assert parent == self()
    ends = for %{kind: :exit} = e <- events, do: {e.pid, e.payload, e.seq, e.probe, e.span}

    assert Enum.sort(ends) ==
             Enum.sort([{agent, {:shutdown, :done}, 0, nil, nil}, {killed, :killed, 0, nil, nil}])
  end

  test "a second recording in the same folder has its own files", %{folder: folder} do
    for _ <- 1..2 do
      :ok = Escope.start(record: folder)
      call(1)
      :ok = Escope.stop()
    end

    assert length(Path.wildcard(folder <> "/recording-*.json")) == 1
    assert length(Path.wildcard(folder <> "/*.events")) == 2
    assert Path.wildcard(folder <> "/probes-*.json") == []
    # The process is the same, its numbers begin anew.
    assert Enum.map(Recorded.read(folder), & &1.seq) == [1, 2, 3, 1, 2, 3]
  end

  test "another manifest in the folder is left alone", %{folder: folder} do
    File.mkdir_p!(folder)
    File.write!(folder <> "/recording.json", "{}")
    File.write!(folder <> "/probes.json", "{}")
    :ok = Escope.start(record: folder)
    Escope.stop()
    assert File.read!(folder <> "/probes.json") == "{}"
    assert [own] = Path.wildcard(folder <> "/probes-*.json")
    assert File.read!(own) =~ ~s("probes":[])
    assert [info] = Path.wildcard(folder <> "/recording-*.json")
    assert File.read!(info) =~ ~s("probes":"#{Path.basename(own)}")
  end

  test "off, on, and calls that make no sense", %{folder: folder} do
    Recorded.none()
    assert {:error, :not_recording} = Escope.stop()
    assert {:error, :not_recording} = Escope.flush()
    assert {:error, :no_folder} = Escope.start()
    assert call(1) == {:ok, 1}
    :ok = Escope.start(record: folder)
    assert {:error, :already_recording} = Escope.start(record: folder)

    assert ExUnit.CaptureLog.capture_log(fn ->
             assert {:error, _} =
                      Escope.stop() |> then(fn :ok -> Escope.start(record: "tcp:1.2.3.4:5") end)
           end) =~ "not_an_address"

    assert %{recording: false} = Escope.status()
  end

  test "spans that are open while recording stops or starts", %{folder: folder} do
    Probe.run(1, @mfa, [], fn -> :ok = Escope.start(record: folder) end)
    Probe.run(2, @mfa, [], fn -> Escope.stop() end)
    again = Recorded.folder()
    Probe.run(3, @mfa, [], fn -> :ok = Escope.start(record: again) end)
    call(1)
    Escope.stop()
    assert Enum.map(Recorded.read(folder), &{&1.kind, &1.probe}) == [spawn: nil, enter: 2]

    assert Enum.map(Recorded.read(again), &{&1.kind, &1.probe, &1.parent}) == [
             {:spawn, nil, nil},
             {:enter, 7, nil},
             {:leave, 7, nil}
           ]
  end

  test "what is flushed is readable, and polling does it within 200 ms", %{folder: folder} do
    :ok = Escope.start(record: folder)
    call(1)
    :ok = Escope.flush()
    assert length(Recorded.read(folder)) == 3
    call(2)
    Process.sleep(200)
    assert length(Recorded.read(folder)) == 5
    # The counts come a little later: at most once a second.
    Process.sleep(1_000)
    assert Recorded.count(folder) == 5
  end

  test "the manifest of the application's priv is copied byte for byte", %{folder: folder} do
    priv = Application.app_dir(:escope, "priv")
    manifest = ~s({ "format": 1, "project": "ünï", "probes": [] }\n\n)
    File.mkdir_p!(priv)
    File.write!(priv <> "/probes.json", manifest)
    on_exit(fn -> File.rm_rf!(priv <> "/probes.json") end)
    :ok = Escope.start(record: folder)
    assert File.read!(folder <> "/probes.json") == manifest
  end

  test "the application's configuration: record, enabled, limits, redact", %{folder: folder} do
    for {key, value} <- [record: folder, limits: [bytes: 3], redact: ["iban"]],
        do: Application.put_env(:escope, key, value)

    on_exit(fn ->
      for key <- [:record, :limits, :redact, :enabled], do: Application.delete_env(:escope, key)
    end)

    restart()
    call(%{iban: 1, text: "12345"})
    Escope.stop()
    shown = %{iban: {:"$escope", :redacted}, text: {:"$escope", :binary, "123", 5}}
    assert [_, %{payload: {_, [^shown]}}, _] = Recorded.read(folder)

    Application.put_env(:escope, :enabled, false)
    restart()
    assert %{recording: false} = Escope.status()
    assert :ok = Escope.start()
  end

  defp restart do
    ExUnit.CaptureLog.capture_log(fn -> :ok = Application.stop(:escope) end)
    :ok = Application.start(:escope)
  end
end
