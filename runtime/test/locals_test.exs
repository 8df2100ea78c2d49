defmodule Escope.LocalsTest do
  # What local variables of a probed clause were bound to.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded}

  @source """
  defmodule L do
    require Escope
    Escope.probe 1, [:total, :sku, :x], def f(lines, x) do
      total = Enum.sum(lines)
      {:ok, sku} = Enum.fetch([:a, :b], rem(total, 2))
      total =
        case total do
          n when n > 5 -> n - x
          n -> n
        end
      other = Enum.map(lines, fn total -> total * 2 end)
      {total, sku, other}
    end
    Escope.probe(2, :enter, [:rest], (def g([_ | rest]), do: g(rest)))
    def g([]), do: :done
    def run, do: {f([1, 2, 3], 4), g([1, 2])}
  end
  """

  defp locals(work) do
    for %{kind: :mark, probe: id, payload: {:"$escope", :local, name, value, _line}} <-
          Recorded.events(work),
        do: {id, name, value}
  end

  test "of calls that are recorded, hidden by name, bounded" do
    path = Path.join(System.tmp_dir!(), "escope-locals-#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm(path) end)

    File.write!(path, """
    {[3], \#{'when' => <<"x > 1">>, names => [{<<"x">>, 0}], result => false, limits => \#{items => 2}}}.
    {[4], \#{per_second => 1}}.
    """)

    Code.eval_string("""
    defmodule G do
      require Escope
      Escope.probe 3, [:password, :all], def f(x) do
        password = x + 1
        all = Enum.to_list(1..x)
        {password, all}
      end
      Escope.probe(4, :enter, [:n], (def loop(m) do n = m - 1; if n > 0, do: loop(n), else: n end))
    end
    """)

    work = fn ->
      for x <- 1..3, do: apply(G, :f, [x])
      for _ <- 1..2, do: apply(G, :loop, [2])
    end

    found =
      for %{kind: :mark} = e <- Recorded.events([policies: path], work), do: {e.probe, e.payload}

    # The line is that of the binding.
    hidden = {:"$escope", :local, :password, {:"$escope", :redacted}, 4}
    local = &{:"$escope", :local, &1, &2, 5}

    assert for({3, payload} <- found, do: payload) == [
             hidden,
             local.(:all, [1, 2]),
             hidden,
             local.(:all, [1, 2, {:"$escope", :more, 1}])
           ]

    # The second may have turned once.
    assert length(for {4, _} = one <- found, do: one) in [1, 2]
  end

  test "in every kind of pattern, what the compiler would work out itself included" do
    Code.eval_string("""
    defmodule Patterned do
      require Escope
      Escope.probe 5, [:a, :b, :c, :d, :e, :h, :m], def f(x) do
        {:ok, a} = {:ok, x}
        [b | %{k: c}] = [a | %{k: 2}]
        <<d, e::binary-size(d)>> = <<1, "e">>
        m = g = case {:ok, c} do
          {:ok, h} when h > 1 -> h
        end
        ^g = m
        _ = e
        with {:ok, a} <- {:ok, b + 1}, do: a
      rescue
        e in [ArgumentError] -> e
      end
    end
    """)

    found = locals(fn -> assert apply(Patterned, :f, [1]) == 2 end)

    assert for({5, name, value} <- found, do: {name, value}) ==
             [a: 1, b: 1, c: 2, d: 1, e: "e", h: 2, m: 2, a: 2]
  end

  test "each binding, in order; those of closures are theirs" do
    plain = String.replace(@source, ~r/Escope\.probe 1, \[.*?\], /, "")
    plain = String.replace(plain, ~r/Escope\.probe\(2, :enter, \[:rest\], \((.*)\)\)/, "\\1")
    tree = &Code.string_to_quoted!(&1, file: "pair.ex")
    %{warnings: wanted} = Pair.observe(tree.(plain))
    %{warnings: warnings} = Pair.observe(tree.(@source))
    assert warnings == wanted

    found = locals(fn -> assert apply(L, :run, []) == {{2, :a, [2, 4, 6]}, :done} end)

    assert Enum.filter(found, &(elem(&1, 0) == 1)) == [
             {1, :total, 6},
             {1, :sku, :a},
             {1, :total, 2}
           ]

    assert apply(L, :run, []) == {{2, :a, [2, 4, 6]}, :done}
  end

  test "of comprehensions: generators, filters, reductions" do
    Code.eval_string("""
    defmodule C do
      require Escope
      Escope.probe 5, [:i, :c, :w, :d, :acc], def f(y) do
        a = for i <- 1..3, d = i * 2, d > 2, do: d + y
        b = for <<c, w <- "abcd">>, into: "", do: <<w, c>>
        e = for i <- [1, 1], uniq: true, do: i
        g = for i <- [1, 2], reduce: 0 do acc -> acc + i end
        {a, b, e, g}
      end
    end
    """)

    found = locals(fn -> assert apply(C, :f, [1]) == {[5, 7], "badc", [1], 3} end)

    assert for({5, name, value} <- found, do: {name, value}) ==
             [i: 1, d: 2, i: 2, d: 4, i: 3, d: 6] ++
               [c: ?a, w: ?b, c: ?c, w: ?d] ++
               [i: 1, i: 1] ++ [i: 1, acc: 0, i: 2, acc: 1]
  end
end
