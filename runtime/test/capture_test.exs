defmodule Escope.CaptureTest do
  # What a call's `enter` event says of its arguments, and which function it names.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded}

  defp calls(source, options \\ []) do
    tree = source |> Code.string_to_quoted!() |> Pair.probed(options)

    events =
      Recorded.events(fn ->
        ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.eval_quoted(tree) end)
      end)

    for %{kind: :enter, payload: {{_module, name, arity}, args}} <- events,
        do: {name, arity, args}
  end

  test "a function that another one has taken the place of, and calls with super" do
    source = """
    defmodule C do
      def f(x), do: x
      defoverridable f: 1
      def f(x), do: {:over, super(x + 1)}
      defoverridable f: 1
      def f(x), do: {:again, super(x + 1)}
    end
    C.f(1)
    """

    assert calls(source) == [{:f, 1, [1]}, {:f, 1, [2]}, {:f, 1, [3]}]
  end

  test "literals, variables and what is made of them" do
    source = """
    defmodule C do
      def f(1, "a", :b, C, -2), do: 1
      def f(x, {y, [z | w]}, "pre" <> v, _, _), do: {x, y, z, w, v}
      def g(x, y = {_, _}, _named, _), do: {x, y}
      def unused(x, y), do: 1
      def default(x \\\\ 3, _ \\\\ 4), do: x
    end
    C.f(1, "a", :b, C, -2)
    C.f(1, {2, [3, 4]}, "prefix", 5, 6)
    C.g(1, {2, 3}, 4, 5)
    C.unused(1, 2)
    C.default()
    """

    assert calls(source) == [
             {:f, 5, [1, "a", :b, C, -2]},
             {:f, 5, [1, {2, [3, 4]}, "prefix", 5, 6]},
             {:g, 4, [1, {2, 3}, 4, 5]},
             {:unused, 2, [1, 2]},
             {:default, 2, [3, 4]}
           ]
  end

  test "patterns that hold less than the value" do
    source = """
    defmodule C do
      def f(%{a: a}, <<b, _::binary>>, [_ | _] = c, ~w(x)a), do: {a, b, c}
      def f(%{}, %{}, _, _), do: 1
    end
    C.f(%{a: 1, b: 2}, "text", [1, 2], [:x])
    C.f(%{p: 1}, %{q: 2}, 3, 4)
    """

    expected = [{:f, 4, [%{a: 1, b: 2}, "text", [1, 2], [:x]]}, {:f, 4, [%{p: 1}, %{q: 2}, 3, 4]}]
    assert calls(source) == expected
    assert calls(source, [:enter]) == expected
  end

  test "the arguments are those at entry, whatever the body does" do
    source = "defmodule C do def f(x, y) do x = x + y; x end end; C.f(1, 2)"
    assert calls(source) == [{:f, 2, [1, 2]}]
  end

  test "heads that the source computes" do
    source = """
    defmodule C do
      args = [{:a, [], nil}, {:b, [], nil}]
      def spliced(unquote_splicing(args)), do: a + b
      def unquote({:whole, [], [{:x, [], nil}]}), do: x
      def part(unquote({:a, [], nil}), c), do: {a, c}
      def unquote(:named)(x), do: x
    end
    C.spliced(1, 2)
    C.whole(1)
    C.part(1, 2)
    C.named(1)
    """

    assert calls(source) == [
             {:spliced, 2, [1, 2]},
             {:whole, 1, [1]},
             {:part, 2, [1, 2]},
             {:named, 1, [1]}
           ]
  end

  test "an argument that the body never reads, or a macro drops" do
    source = """
    defmodule C do
      defmacrop drop(_), do: 1
      def f(x), do: drop(x)
      def g(_x), do: 1
    end
    C.f(1)
    C.g(1)
    """

    assert {:f, 1, [1]} in calls(source)
    assert {:g, 1, [1]} in calls(source)
  end

  test "a function that the compiler puts into another is an entry without arguments" do
    source = """
    defmodule C do
      @compile {:inline, g: 1}
      def f(x), do: {g(x)}
      defp g(x), do: x + 1
    end
    C.f(1)
    """

    assert calls(source) == [{:f, 1, [1]}, {:g, 1, nil}]
  end

  test "macros, and one clause that becomes several functions" do
    source = """
    defprotocol C.P do
      def name(x)
    end
    defimpl C.P, for: [Integer, Atom] do
      def name(x), do: x
    end
    C.P.name(1)
    C.P.name(:a)
    """

    tree = source |> Code.string_to_quoted!() |> Pair.probed()
    events = Recorded.events(fn -> Code.eval_quoted(tree) end)
    modules = for %{kind: :enter, payload: {{module, :name, 1}, _}} <- events, do: module
    assert modules == [C.P.Integer, C.P.Atom]
  end

  test "what the compiler's processes do is not recorded" do
    tree = Pair.probed(Code.string_to_quoted!("defmodule C.Compiled do def f, do: 1 end"))
    Code.eval_quoted(tree)

    events =
      Recorded.events(fn ->
        Process.put(:elixir_compiler_info, :any)
        apply(C.Compiled, :f, [])
        Process.delete(:elixir_compiler_info)
      end)

    assert events == []
  end
end
