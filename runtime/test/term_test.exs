defmodule Escope.TermTest do
  use ExUnit.Case, async: true

  alias Escope.{Limits, Term}

  @limits %Limits{}
  @more {:"$escope", :more}

  defp bound(term, options \\ []), do: Term.bound(term, Limits.new(options))

  # The reductions a call takes, as a measure of its cost that other load does not change.
  defp reductions(work) do
    {_, before} = Process.info(self(), :reductions)
    work.()
    {_, later} = Process.info(self(), :reductions)
    later - before
  end

  test "small terms are returned as they are, not copied" do
    for term <- [
          1,
          :a,
          "text",
          [1, 2 | 3],
          %{a: {1, [2]}},
          {self(), make_ref()},
          1..2,
          &Enum.map/2,
          [],
          {},
          %{},
          1.5
        ] do
      assert :erts_debug.same(bound(term), term)
    end
  end

  test "long lists, tuples and maps keep their first parts and say how many more there are" do
    assert Enum.take(bound(Enum.to_list(1..80)), -2) == [50, {:"$escope", :more, 30}]
    assert bound(Enum.to_list(1..5000)) |> List.last() == {:"$escope", :more, nil}
    assert bound(List.to_tuple(Enum.to_list(1..80))) |> elem(50) == {:"$escope", :more, 30}

    map = bound(Map.new(1..80, &{&1, &1}))
    assert map_size(map) == 51
    assert map[@more] == 30
  end

  test "structs keep their name, also of modules that do not exist" do
    struct = Map.new(1..80, &{&1, &1}) |> Map.put(:__struct__, No.Such.Module)
    assert %{@more => 30, __struct__: No.Such.Module} = bound(struct)

    assert bound(%{__struct__: "no name", a: String.duplicate("a", 5000)})[:__struct__] ==
             "no name"
  end

  test "binaries are cut and copied, and no part of a large one holds it" do
    large = String.duplicate("a", 1_000_000)
    assert {:"$escope", :binary, prefix, 1_000_000} = bound(large)
    assert byte_size(prefix) == 4096
    assert :binary.referenced_byte_size(prefix) == 4096

    <<_::binary-size(10), part::binary-size(100), _::binary>> = large
    assert :binary.referenced_byte_size(part) == 1_000_000
    assert bound({:a, part}) == {:a, part}
    assert :binary.referenced_byte_size(elem(bound({:a, part}), 1)) == 100

    assert bound(<<1::3>>) == <<1::3>>
    long = String.duplicate("x", 100_000)
    assert {_, :binary, prefix, 100_001} = bound(<<long::binary, 5::3>>)
    assert byte_size(prefix) in 1..4096 and String.starts_with?(long, prefix)
    assert {:"$escope", :binary, _, 5001} = bound(<<0::size(40_003)>>)
  end

  test "nesting, large integers and functions" do
    assert bound([[[[[[[[1]]]]]]]]) == [[[[[[{:"$escope", :depth}]]]]]]
    assert bound(Integer.pow(2, 1_000_000)) == {:"$escope", :depth}
    assert bound(Integer.pow(2, 100)) == Integer.pow(2, 100)
    state = Enum.to_list(1..1000)
    assert {:"$escope", :fun, __MODULE__, name, 1} = bound(fn x -> [x | state] end)
    assert Atom.to_string(name) =~ "nesting, large integers"
  end

  test "one large argument does not hide the others" do
    large = Map.new(1..10_000, &{&1, String.duplicate("v", 1000)})
    assert [cut, %{by: "2"}, :socket] = Term.bound_args([large, %{by: "2"}, :socket], @limits)
    assert map_size(cut) > 5
  end

  test "large terms are weighed by what a table takes for them, and binaries outside of it" do
    item = &%{id: &1, name: "item #{&1}", price: {:eur, &1}, tags: [:a, :b]}

    for term <- [
          %{items: for(i <- 1..50, do: item.(i))},
          for(_ <- 1..20, do: Enum.map(1..10, &(&1 / 3))),
          for(i <- 1..30, do: [name: "n#{i}", id: i]),
          for(i <- 1..50, do: %{i => i}),
          for(_ <- 1..50, do: [%{}, {}, []]),
          for(_ <- 1..50, do: {make_ref(), self()}),
          for(i <- 1..40, do: Integer.pow(2, 100 + i)),
          for(_ <- 1..10, do: Map.new(1..45, &{&1, &1})),
          for(i <- 1..40, do: String.duplicate("x", 60 + i)),
          for(i <- 1..5, do: String.duplicate("x", 1000 + i))
        ] do
      {kept, bytes} = Term.weighed(term, @limits)
      assert {[^kept], ^bytes} = Term.weighed_args([term], @limits)
      held = held(kept)
      assert bytes in div(3 * held, 4)..div(3 * held, 2), "#{bytes} for #{held}: #{inspect(term)}"
    end

    assert {[1, "small"], 0} = Term.weighed_args([1, "small"], @limits)
    assert {%{a: 1}, 0} = Term.weighed(%{a: 1}, @limits)
  end

  defp held(term) do
    table = :ets.new(:held, [:set])
    before = :ets.info(table, :memory)
    :ets.insert(table, {1, term})
    8 * (:ets.info(table, :memory) - before) + outside(term)
  end

  defp outside(binary) when is_binary(binary) and byte_size(binary) > 64, do: byte_size(binary)
  defp outside(list) when is_list(list), do: list |> Enum.map(&outside/1) |> Enum.sum()
  defp outside(_term), do: 0

  test "of several large arguments each is shown" do
    large = for i <- 1..300, do: %{id: i, name: "item"}
    args = Term.bound_args([large, {:noreply, large}, %{state: large}, 7], @limits)
    assert [[_, _, _ | _], {:noreply, [_, _ | _]}, %{state: [_, _ | _]}, 7] = args
    assert :erts_debug.flat_size(args) < 600
  end

  test "parts that fit are kept as they are, whatever is cut around them" do
    item = %{id: self(), tags: [:a, {:b, "text"}]}
    cut = bound(%{first: item, all: List.duplicate(item, 100)})
    assert :erts_debug.same(cut.first, item)
    assert :erts_debug.same(hd(cut.all), item)
    assert {:"$escope", :more, more} = List.last(cut.all)
    assert length(cut.all) - 1 + more == 100
  end

  test "a socket shows what a reader of its assigns looks for" do
    private = Map.new(1..1000, &{&1, &1})

    socket = %{
      __struct__: Phoenix.LiveView.Socket,
      id: "phx-1",
      view: Shop.CartLive,
      assigns: %{__changed__: %{}, flash: %{}, count: 3},
      private: private,
      parent_pid: nil,
      root_pid: self(),
      transport_pid: self(),
      endpoint: E,
      fingerprints: {nil, %{}}
    }

    assert {:noreply, shown} = bound({:noreply, socket})

    assert shown ==
             socket
             |> Map.drop([:private, :endpoint, :fingerprints])
             |> Map.put(:assigns, %{count: 3})

    assert bound(%{socket | assigns: %{flash: %{"info" => "x"}}}).assigns == %{
             flash: %{"info" => "x"}
           }

    assert bound(%{__struct__: Phoenix.LiveView.Socket, assigns: nil}) == %{
             __struct__: Phoenix.LiveView.Socket,
             assigns: nil
           }
  end

  test "the cost follows the budget, not the term" do
    cost = &reductions(fn -> bound(&1) end)

    for {small, large} <- [
          {Enum.to_list(1..10_000), Enum.to_list(1..1_000_000)},
          {Map.new(1..10_000, &{&1, &1}), Map.new(1..1_000_000, &{&1, &1})},
          {Tuple.duplicate("a", 10_000), Tuple.duplicate("a", 1_000_000)},
          {List.duplicate(%{a: [1, 2]}, 10_000), List.duplicate(%{a: [1, 2]}, 1_000_000)}
        ] do
      cost.(small)
      assert cost.(large) < 2 * cost.(small) + 2000
      assert cost.(large) < 40_000
    end

    assigns = %{items: for(i <- 1..50, do: %{id: i, name: "item #{i}", tags: [:a, {:b, i}]})}
    cost.(assigns)
    assert cost.(assigns) < 2000
  end

  test "random terms: the result is within the limits, and unchanged where the term was" do
    :rand.seed(:exsss, {1, 2, 3})

    for _ <- 1..3000 do
      term = random(:rand.uniform(9))
      cut = bound(term, total: 2000, items: 7, depth: 4, bytes: 100)
      assert within?(cut, 5, 8, 100), inspect(cut, limit: 20, structs: false)
      assert :erlang.external_size(cut) < 10_000
      assert cut == term or changed?(cut)
      assert :erlang.binary_to_term(:erlang.term_to_binary(cut)) == cut
    end
  end

  defp changed?(cut),
    do: inspect(cut, limit: :infinity, structs: false) =~ "$escope" or is_function(cut)

  defp within?({:"$escope", :binary, prefix, _}, _depth, _items, bytes),
    do: byte_size(prefix) <= bytes

  defp within?({:"$escope", _}, _depth, _items, _bytes), do: true
  defp within?({:"$escope", :more, _}, _depth, _items, _bytes), do: true
  defp within?({:"$escope", :fun, _, _, _}, _depth, _items, _bytes), do: true
  defp within?(b, _depth, _items, bytes) when is_bitstring(b), do: byte_size(b) <= bytes

  defp within?(t, depth, items, bytes) when is_tuple(t),
    do: within?(Tuple.to_list(t), depth, items, bytes)

  defp within?(m, depth, items, bytes) when is_map(m) and map_size(m) > 0,
    do:
      depth > 0 and map_size(m) <= items + 1 and
        Enum.all?(:maps.to_list(m), fn {k, v} ->
          within?(k, depth - 1, items, bytes) and within?(v, depth - 1, items, bytes)
        end)

  defp within?([_ | _] = l, depth, items, bytes),
    do: depth > 0 and list?(l, items, {depth, items, bytes})

  defp within?(_, _, _, _), do: true

  defp list?([_ | _], 0, _limits), do: false

  defp list?([h | t], more, {depth, items, bytes} = limits),
    do: within?(h, depth - 1, items, bytes) and list?(t, more - 1, limits)

  defp list?(tail, _more, {depth, items, bytes}), do: within?(tail, depth - 1, items, bytes)

  defp random(0),
    do:
      Enum.random([
        1,
        :a,
        2.5,
        "s",
        nil,
        self(),
        make_ref(),
        &Enum.map/2,
        Integer.pow(2, 80),
        <<5::3>>
      ])

  defp random(depth) do
    size = :rand.uniform(12)

    case :rand.uniform(9) do
      1 ->
        for _ <- 1..size, do: random(depth - 1)

      2 ->
        [random(depth - 1), random(depth - 1) | random(0)]

      3 ->
        List.to_tuple(for _ <- 1..size, do: random(div(depth, 2)))

      4 ->
        Map.new(1..size, &{&1, random(div(depth, 2))})

      5 ->
        %{__struct__: A.B, x: random(depth - 1), y: 1}

      6 ->
        String.duplicate("x", size * 20)

      7 ->
        Map.new(1..size, &{{&1, random(0)}, random(0)})

      8 ->
        x = random(div(depth, 2))
        fn -> x end

      9 ->
        random(depth - 1)
    end
  end
end
