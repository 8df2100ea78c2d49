defmodule Escope.RingTest do
  # Many writers and one reader: nothing is lost below capacity, nothing is torn, all is counted.
  use ExUnit.Case, async: false

  alias Escope.{Counts, Drain, Limits, Probe, Recorded, Ring}

  @mfa {M, {:f, 1}}

  defp rings(slots),
    do:
      Ring.create(
        1,
        slots,
        List.duplicate(0, :erlang.system_info(:schedulers)),
        Counts.new(),
        %Limits{}
      )

  defp write(on, content) do
    {_, index} = place = Ring.claim(on)

    Ring.insert(
      on,
      place,
      {Ring.slot(on, place), index, :enter, 1, 0, self(), 1, Ring.span(on, place), nil, nil,
       content}
    )

    Ring.span(on, place)
  end

  defp content(event), do: elem(event, 10)
  defp counts(on), do: elem(on, 4)

  defp drain(on, drain \\ Drain.new(), events \\ []) do
    {late, drain} = Drain.retry(drain, on)
    {found, more?, drain} = Drain.take(drain, on, 100)
    events = events ++ late ++ found
    if more?, do: drain(on, drain, events), else: {events, drain}
  end

  test "span ids differ, also between schedulers" do
    on = rings(1024)

    spans =
      1..8
      |> Enum.map(fn _ -> Task.async(fn -> for _ <- 1..50, do: write(on, :a) end) end)
      |> Enum.flat_map(&Task.await/1)

    assert length(Enum.uniq(spans)) == 400
  end

  test "a slow reader: the newest events are there, the others are counted" do
    on = rings(256)
    n = 1000
    for i <- 1..n, do: write(on, i)
    {events, _} = drain(on)
    assert length(events) + Counts.get(counts(on), :overwritten) == n
    assert n in Enum.map(events, &content/1)
  end

  test "a place that is claimed and not yet written is waited for" do
    on = rings(256)
    place = Ring.claim(on)
    {number, index} = place
    {[], drain} = drain(on)
    assert Drain.waiting(drain) == 1
    write(on, :later)

    Ring.insert(
      on,
      place,
      {Ring.slot(on, place), index, :enter, 1, 0, self(), 1, 1, nil, nil, :late}
    )

    {events, drain} = drain(on, drain)
    assert Enum.sort(Enum.map(events, &content/1)) == [:late, :later]
    assert Drain.waiting(drain) == 0
    assert number <= :erlang.system_info(:schedulers)
  end

  test "what was overwritten is counted once, also where it is still met in a later one's place" do
    on = rings(64)
    {_, rings, _, mask, _, _} = on
    {_table, positions} = elem(rings, 0)
    size = mask + 1
    head = 2 * size + 2

    # The last one is claimed and not written: the one a round before is still in its place.
    for index <- 1..(head - 1) do
      place = {1, index}

      Ring.insert(
        on,
        place,
        {Ring.slot(on, place), index, :enter, 1, 0, self(), 1, 1, nil, nil, index}
      )
    end

    :atomics.put(positions, 1, head)
    {events, drain} = drain(on)
    assert Enum.sort(Enum.map(events, &content/1)) == Enum.to_list((size + 3)..(head - 1))
    assert Counts.drops(counts(on)) == %{overwritten: size + 2}
    assert Drain.waiting(drain) == 1
  end

  test "two places that share a slot and wait: the later one's event is told once" do
    on = rings(64)
    {_, rings, _, mask, _, _} = on
    {_table, positions} = elem(rings, 0)
    size = mask + 1

    write = fn index ->
      place = {1, index}
      slot = Ring.slot(on, place)
      Ring.insert(on, place, {slot, index, :enter, 1, 0, self(), 1, 1, nil, nil, index})
    end

    Enum.each(2..size, write)
    :atomics.put(positions, 1, size)
    {_, drain} = drain(on)
    :atomics.put(positions, 1, size + 1)
    {[], drain} = drain(on, drain)
    assert Drain.waiting(drain) == 2
    write.(size + 1)
    {[event], drain} = drain(on, drain)
    assert content(event) == size + 1
    assert Drain.waiting(drain) == 0
    assert Counts.drops(counts(on)) == %{overwritten: 1}
  end

  test "one that is never written is counted after a while" do
    on = rings(256)
    Ring.claim(on)
    {[], drain} = drain(on, Drain.new(20))
    assert Drain.waiting(drain) == 1
    Process.sleep(25)
    {[], drain} = drain(on, drain)
    assert Drain.waiting(drain) == 0
    assert Counts.drops(counts(on)) == %{unwritten: 1}
  end

  test "writers and a reader at the same time: every event is read once or counted" do
    on = rings(256)
    each = 3000

    writers =
      for w <- 1..6,
          do:
            Task.async(fn ->
              for i <- 1..each, do: write(on, {w, i, String.duplicate("#{w}", i)})
            end)

    {events, drain} = follow(on, writers, {[], Drain.new(20)})
    drops = Counts.drops(counts(on))
    assert length(events) + Enum.sum(Map.values(drops)) == 6 * each
    assert Drain.waiting(drain) == 0
    found = Enum.map(events, &content/1)
    assert found == Enum.uniq(found)
    for {w, i, text} <- found, do: assert(text == String.duplicate("#{w}", i))
  end

  defp follow(on, writers, {events, drain}) do
    alive? = Enum.any?(writers, &Process.alive?(&1.pid))
    {found, drain} = drain(on, drain)

    if alive?,
      do: follow(on, writers, {found ++ events, drain}),
      else:
        Enum.reduce(1..25, {found ++ events, drain}, fn _, {all, drain} ->
          Process.sleep(2)
          drain(on, drain) |> then(fn {more, d} -> {more ++ all, d} end)
        end)
  end

  test "probed calls of many processes: every event arrives, in order and whole" do
    # All of them fit into one ring, whichever scheduler they come to run on.
    processes = 20
    calls = 75

    events =
      Recorded.events(fn ->
        1..processes
        |> Enum.map(fn p ->
          Task.async(fn ->
            for i <- 1..calls,
                do:
                  Probe.run(i, @mfa, [{p, i}], fn -> Probe.run(0, @mfa, [], fn -> {p, i} end) end)
          end)
        end)
        |> Task.await_many()
      end)

    by_pid = events |> Enum.reject(&(&1.kind == :exit)) |> Enum.group_by(& &1.pid)
    assert map_size(by_pid) == processes

    for {_pid, events} <- by_pid do
      events = Enum.sort_by(events, & &1.seq)
      assert Enum.map(events, & &1.seq) == Enum.to_list(1..(4 * calls + 1))
      assert Enum.map(events, & &1.time) == Enum.sort(Enum.map(events, & &1.time))
      assert [%{kind: :spawn} | calls] = events

      for [outer, inner, inner_end, outer_end] <- Enum.chunk_every(calls, 4) do
        assert [outer.kind, inner.kind, inner_end.kind, outer_end.kind] == [
                 :enter,
                 :enter,
                 :leave,
                 :leave
               ]

        assert {outer.parent, inner.parent, outer.span} == {nil, outer.span, outer_end.span}
        assert inner.span == inner_end.span
        {_, [value]} = outer.payload
        assert outer_end.payload == value
      end
    end
  end

  defp unread(work) do
    Recorded.events(fn ->
      recorder = Process.whereis(Escope.Recorder)
      :sys.suspend(recorder)
      work.()
      {:messages, messages} = Process.info(recorder, :messages)
      :sys.resume(recorder)
      %{drops: drops} = Escope.status()
      send(self(), {:unread, messages, drops})
    end)
  end

  test "large arguments of one process are not refused before all rings hold much" do
    items = for i <- 1..50, do: %{id: i, name: "item", price: {:eur, i}, tags: [:a, :b]}
    assert :erts_debug.flat_size(items) * 8 > 9_000
    calls = min(2_300, div(Ring.size(rings(16_384)) * 3, 8))

    events = unread(fn -> for i <- 1..calls, do: Probe.run(i, @mfa, [items], fn -> items end) end)

    assert_received {:unread, _messages, drops}
    assert drops == %{}
    assert Enum.count(events, &(&1.kind == :leave)) == calls
  end

  test "the recorder is told of a ring that is half full by what its events hold" do
    text = String.duplicate("x", 4_000)

    # 16 MB: half of one ring's share at least, whichever schedulers it comes to run on.
    unread(fn ->
      for i <- 1..1_000, do: Probe.run(i, @mfa, [text, text], fn -> {text, text} end)
    end)

    assert_received {:unread, messages, _drops}
    assert :wake in messages
  end

  test "what the rings hold is bounded whichever holds it, and what is taken makes room" do
    on = rings(1024)
    {_, rings, n, _, _, _} = on
    most = 24 * 1024 * 1024
    weight = fn -> rings |> Tuple.to_list() |> Enum.map(&Ring.weight/1) |> Enum.sum() end

    for first <- 1..n do
      heavy(on, first, div(most * 7, 8))
      assert room(on, n) == for(number <- 1..n, do: number != first)
      assert weight.() == div(most * 7, 8)
      drain(on)
      assert weight.() == 0
      assert Enum.all?(room(on, n))
    end

    for number <- 1..n, do: heavy(on, number, div(most, n))
    refute Enum.any?(room(on, n))
    # What lies behind what was taken still counts.
    heavy(on, 1, 5)
    {_, true, _} = Drain.take(Drain.new(), on, 1)
    assert Ring.weight(elem(rings, 0)) == 5
  end

  defp heavy(on, number, weight) do
    {_, rings, _, _, _, _} = on
    {_table, positions} = elem(rings, number - 1)
    {_, index} = place = {number, :atomics.add_get(positions, 1, 1)}
    Ring.weigh(on, place, weight)

    Ring.insert(
      on,
      place,
      {Ring.slot(on, place), index, :enter, 1, 0, self(), 1, 1, nil, nil, :heavy, {weight, []}}
    )
  end

  # What each scheduler's processes find.
  defp room(on, n) do
    for number <- 1..n do
      owner = self()
      found = fn -> send(owner, {number, Ring.room?(on)}) end
      :erlang.spawn_opt(found, scheduler: number)

      receive do
        {^number, room?} -> room?
      end
    end
  end

  test "a recorder that does not read: nothing new is begun, what was begun is closed" do
    calls = 20_000

    events =
      Recorded.events(fn ->
        recorder = Process.whereis(Escope.Recorder)
        :sys.suspend(recorder)
        flood = fn -> for i <- 1..calls, do: ^i = Probe.run(i, @mfa, [i], fn -> i end) end
        Probe.run(0, @mfa, [], flood)
        :sys.resume(recorder)
        %{drops: drops} = Escope.status()
        send(self(), {:drops, Map.new(drops)})
      end)

    assert_received {:drops, drops}
    kinds = Enum.frequencies_by(events, & &1.kind)
    assert kinds.enter > 1000
    assert kinds.leave == kinds.enter
    assert drops[:refused] == calls + 1 - kinds.enter
    assert Map.get(drops, :overwritten, 0) == 0
  end
end
