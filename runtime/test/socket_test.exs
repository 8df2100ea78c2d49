defmodule Escope.SocketTest do
  # A recording over a socket, and every way in which the other end can behave.
  use ExUnit.Case, async: false

  alias Escope.{Consumer, Probe}

  @mfa {M, {:f, 1}}

  setup do
    path = Path.join(System.tmp_dir!(), "escope-#{System.unique_integer([:positive])}.sock")
    File.rm(path)
    on_exit(fn -> Escope.stop() end)
    on_exit(fn -> File.rm(path) end)
    {:ok, address: "unix:" <> path}
  end

  defp call(value), do: Probe.run(7, @mfa, [value], fn -> {:ok, value} end)

  defp until(check, left \\ 300) do
    cond do
      check.() -> :ok
      left == 0 -> flunk("it does not come to pass: #{inspect(Escope.status())}")
      true -> Process.sleep(10) && until(check, left - 1)
    end
  end

  defp connected, do: until(fn -> Escope.status()[:connected] end)

  defp values(consumer) do
    for {:leave, _, _, _, 7, _, _, _, payload} <- Consumer.events(consumer),
        do: elem(:erlang.binary_to_term(payload), 1)
  end

  test "the greeting names the VM, the files come with it, and all events", %{address: address} do
    consumer = Consumer.start(address)
    :ok = Escope.start(record: [address, token: "let me in"])
    connected()
    for i <- 1..500, do: call(i)
    assert %{to: ^address, folder: nil, vm: vm, recording: true} = status = Escope.status()
    refute inspect(status) =~ "let me in"
    :ok = Escope.stop()

    assert [%{protocol: 1, vm: ^vm, node: "nonode@nohost", token: "let me in"} = hello] =
             Consumer.hellos(consumer)

    assert hello.info == "recording-#{vm}.json"
    assert hello.files["probes-#{vm}.json"] == ~s({"format":1,"project":null,"probes":[]}\n)
    assert hello.files[hello.info] =~ ~s("vm":"#{vm}")
    assert Enum.sort(values(consumer)) == Enum.to_list(1..500)
    info = Consumer.files(consumer)[hello.info]
    assert info =~ ~s("events":1001,"drops":{}})
    refute info =~ ~s("ended":null)
    assert Consumer.numbers(consumer) == Enum.to_list(1..length(Consumer.numbers(consumer)))
  end

  test "TCP" do
    consumer = Consumer.start("tcp://127.0.0.1:0")
    :ok = Escope.start(record: "tcp://127.0.0.1:#{Consumer.port(consumer)}")
    for i <- 1..300, do: call(i)
    :ok = Escope.stop()
    assert Enum.sort(values(consumer)) == Enum.to_list(1..300)
  end

  test "a consumer that comes later gets what was kept", %{address: address} do
    :ok = Escope.start(record: address)
    for i <- 1..200, do: call(i)
    Escope.flush()
    assert %{connected: false, waiting: 401, drops: drops} = Escope.status()
    assert drops == %{}
    consumer = Consumer.start(address)
    until(fn -> length(values(consumer)) == 200 end)
    until(fn -> Escope.status().waiting == 0 end)
    call(201)
    :ok = Escope.stop()
    assert length(values(consumer)) == 201
  end

  test "one that closes in the middle, again and again: nothing is lost, nothing twice", %{
    address: address
  } do
    consumer = Consumer.start(address, fn n -> if n < 6, do: {:closes, n}, else: :reads end)
    :ok = Escope.start(record: address)

    for i <- 1..2_000 do
      assert call(i) == {:ok, i}
      # A frame at least, of which the consumer counts those that it takes.
      if rem(i, 100) == 0, do: :ok = Escope.flush()
    end

    until(fn -> length(values(consumer)) == 2_000 end, 1000)
    :ok = Escope.stop()
    assert Enum.sort(values(consumer)) == Enum.to_list(1..2_000)
    assert length(Consumer.hellos(consumer)) == 6
  end

  test "one that never reads: the application does not wait, memory is bounded, losses are counted",
       %{address: address} do
    Consumer.start(address, fn _ -> :never end)
    :ok = Escope.start(record: address)
    bytes = String.duplicate("x", 3_000)
    before = :erlang.memory(:total)

    slowest =
      for i <- 1..20_000 do
        if rem(i, 500) == 0, do: Process.sleep(5)
        {us, _} = :timer.tc(fn -> call({i, bytes}) end)
        us
      end
      |> Enum.max()

    assert slowest < 500_000
    assert :erlang.memory(:total) - before < 64_000_000
    assert %{connected: false, waiting: waiting, drops: %{unsent: unsent}} = Escope.status()
    assert waiting * 3_000 < 9_000_000
    assert unsent > 1000
    {us, :ok} = :timer.tc(&Escope.stop/0)
    assert us < 5_000_000

    # All of them came to nothing in the end.
    assert %{events: 0, drops: drops} = Escope.status()
    assert drops.unsent >= unsent + waiting
  end

  test "one that is not there at the end: what it missed is counted", %{address: address} do
    consumer = Consumer.start(address)
    :ok = Escope.start(record: address)
    connected()
    for i <- 1..100, do: call(i)
    Escope.flush()
    until(fn -> Escope.status().waiting == 0 end)
    Consumer.stop(consumer)
    File.rm("unix:" |> then(&String.replace_prefix(address, &1, "")))
    until(fn -> not Escope.status().connected end)
    for i <- 101..150, do: call(i)
    :ok = Escope.stop()
    assert %{drops: %{unsent: 100}} = Escope.status()
    assert length(values(consumer)) == 100
  end

  test "the recorder is killed: the connection stays, and nothing that it had sent is lost", %{
    address: address
  } do
    consumer = Consumer.start(address)
    :ok = Escope.start(record: address)
    for i <- 1..100, do: call(i)
    Escope.flush()
    pid = Process.whereis(Escope.Recorder)
    Process.exit(pid, :kill)
    until(fn -> Process.whereis(Escope.Recorder) not in [nil, pid] end)
    for i <- 101..200, do: call(i)
    :ok = Escope.stop()
    assert Enum.sort(values(consumer)) == Enum.to_list(1..200)
    assert length(Consumer.hellos(consumer)) == 1
  end

  test "the link is killed: it connects again, what it held is counted", %{address: address} do
    consumer = Consumer.start(address)
    :ok = Escope.start(record: address)
    connected()

    for i <- 1..300 do
      call(i)

      if rem(i, 100) == 0 do
        pid = Process.whereis(Escope.Sink.Link)
        Process.exit(pid, :kill)
        until(fn -> Process.whereis(Escope.Sink.Link) not in [nil, pid] end)
        Escope.flush()
        connected()
      end
    end

    :ok = Escope.stop()
    assert %{events: events, drops: drops} = Escope.status()
    assert length(Consumer.hellos(consumer)) == 4
    numbers = Consumer.numbers(consumer)
    assert numbers == Enum.uniq(numbers)
    assert events + Map.get(drops, :unsent, 0) == 601
    assert length(Consumer.events(consumer)) in events..601
  end

  test "addresses that are none" do
    ExUnit.CaptureLog.capture_log(fn ->
      for text <- [
            "tcp://",
            "tcp://host",
            "tcp://:1",
            "tcp:1:2",
            "unix:#{String.duplicate("x", 200)}"
          ],
          do: assert({:error, {:not_an_address, ^text}} = Escope.start(record: text))
    end)
  end
end
