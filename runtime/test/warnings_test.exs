defmodule Escope.WarningsTest do
  use ExUnit.Case, async: false

  alias Escope.Pair

  @sources %{
    "unused parameters" => """
    defmodule W do
      def a(x, y), do: x
      def b(%{k: v} = all), do: 1
      def c({p, [q | r]}), do: p
      def d(_, _named, n \\\\ 1), do: :ok
      defp e(z), do: 1
    end
    """,
    "bound anew, dropped by a macro, used in a closure" => """
    defmodule W do
      defmacrop ignore(_), do: :ok
      defmacrop keep(x), do: x
      def a(x) do
        x = 1
        x
      end
      def b(x), do: ignore(x)
      def c(x), do: keep(x)
      def d(x), do: fn x -> x end
      def e(x), do: fn -> x end
      def f(x), do: (case 1 do x -> x end)
      def g(x), do: (case 1 do ^x -> 1 end)
      def h(x), do: (for x <- [1], do: x)
      def i(x), do: (cond do x -> 1 end)
      def j(x), do: quote(do: x)
      def k(x), do: match?(x, 1)
    end
    """,
    "underscored names that are read" => """
    defmodule W do
      def a(_x), do: _x
      def b(_x, _y), do: 1
    end
    """,
    "clauses that cannot match, and grouping" => """
    defmodule W do
      def a(x), do: x
      def a(1), do: 2
      def b, do: 1
      def a(_, _), do: 1
      def b(), do: 2
      defp unused(x), do: x
    end
    """,
    "unused values, aliases, imports and variables in the body" => """
    defmodule W do
      alias Foo.Bar
      import List, only: [first: 1]
      require Integer
      def a(x) do
        y = x
        {x, 1}
        Integer.is_odd(x)
        :ok
      end
      def b(x) do
        _ = x
        1 + :a
      end
      def c, do: Undefined.call(1)
      def d, do: undefined_there(1)
      defp undefined_there(_), do: String.nothing("a")
    end
    """,
    "literals that are not used, in blocks with and without a macro around them" => """
    defmodule W do
      require Integer
      defmacrop twice(do: block), do: {block, block}
      def a(x) do
        "direct"
        if x do
          "in if"
          case x do
            1 ->
              "in case, in if"
              2
            _ -> (fn -> "in fn"; 1 end).()
          end
        end
      end
      def b(x), do: (fn -> "in fn"; x end)
      def c(x) do
        case x do
          1 -> "in case"; 2
        end
      end
      def d(x) do
        twice do
          "in a macro of its own"
          x
        end
      end
      def e(x), do: x |> then(fn y -> "in a pipe"; y end)
    end
    """,
    "rescue, catch, else, after" => """
    defmodule W do
      def a(x) do
        x.()
      rescue
        e in [ArgumentError] -> 1
        _ -> 2
      catch
        kind, value -> 3
      else
        w -> 4
      after
        IO.puts("")
      end
    end
    """,
    "types, as Elixir 1.18 checks them" => """
    defmodule W do
      defstruct [:name]
      def a(%W{} = w), do: w.nmae
      def b(%W{name: name} = w) when is_binary(name), do: {name + 1, w.other}
      def c({x, _}) when is_atom(x), do: x <> "a"
      def d(x) do
        y = %{k: x}
        y.l
      end
      def e([_ | _] = list), do: list.key
      def f(%{} = map), do: map + 1
      def g(x) when is_integer(x), do: x.()
      def h(x) when is_pid(x), do: if(x == 1, do: :a, else: %{x | a: 1})
      def i(<<b, _::binary>>), do: b ++ [1]
      def j(unused) do
        case {1, 2} do
          {_, 3} -> Integer.to_string("a")
          :never -> String.to_atom(:b)
        end
      end
    end
    """,
    "behaviours and docs" => """
    defmodule W do
      @behaviour GenServer
      @impl true
      def init(x), do: {:ok, x}
      @impl true
      def not_a_callback(x), do: x
      @doc "private"
      defp p(x), do: x
      def q, do: p(1)
      @spec r(integer) :: integer
      def r(1), do: 1
      def r(n) when n > 1 and is_integer(n), do: n
    end
    """
  }

  for {name, source} <- @sources do
    test "as without probes: #{name}" do
      {plain, probed} = Pair.compile(unquote(source))
      assert probed.warnings == plain.warnings
      refute plain.warnings == [""], "the source was meant to warn"
    end
  end
end
