defmodule Escope.SignatureTest do
  # The documentation names the parameters of a probed function as those of a plain one.
  use ExUnit.Case, async: false

  alias Escope.Pair

  @patterns [
    "%{a: 1}",
    "%{}",
    "%P{limit: N}",
    "%P{}",
    "%__MODULE__{}",
    "%Date.Range{first: _}",
    "%name{}",
    "%_{}",
    "{1, _}",
    "{:ok, N}",
    "{1, 2, %{}}",
    "[_ | _]",
    "[N, 1]",
    "[]",
    "[a: _]",
    "<<N, _::binary>>",
    "\"pre\" <> _",
    "~w(x y)a",
    "~c(chars)",
    "@map",
    "@list",
    "@atom",
    "1",
    "-1",
    "1.5",
    "nil",
    "true",
    "\"text\"",
    "Date",
    "__MODULE__",
    "?a",
    "_",
    "_N",
    "N",
    "%{} = N",
    "N = %P{}",
    "N = [_ | _]",
    "_ = %{}",
    "_N = {_, _}",
    "%{a: 1} = %{b: 2}",
    "%{a: 1} = %{b: 2} = N",
    "N = %{a: 1} = _",
    "var!(N)",
    "unquote(1)",
    "unquote({:%{}, [], []})"
  ]

  @functions [
    {"def f(%{a: 1}, x), do: x\ndef f({1, _}, x), do: x", "f(arg1, x)"},
    {"def f(_, %{}, [_ | _]), do: 1", "f(_, map, list)"},
    {"def f(%{}, %{} = _all), do: 1", "f(map, all)"},
    {"def f(x, _y, z \\\\ nil), do: x", "f(x, y, z \\\\ nil)"},
    {"def f(%{a: 1}, %{}), do: 1\ndef f(_, 2), do: 1", "f(arg1, arg2)"},
    {"def f(%{}, _), do: 1\ndef f(_, %{}), do: 2", "f(arg1, arg2)"},
    {"def f({:ok, a}, {:error, _}, {:ok, b}), do: {a, b}", "f(arg1, arg2, arg3)"},
    {"def f([a], [_ | _], []), do: a", "f(list1, list2, list3)"},
    {"@list [1]\n@map %{a: 1}\ndef f(@list, @map, [_ | _], %{}), do: 1",
     "f(list1, map1, list2, map2)"},
    {"def f(%{} = _, unused, _ = {_, _}), do: 1", "f(_, unused, _)"},
    {"def f(config \\\\ [])\ndef f(%{}), do: 1\ndef f([_ | _]), do: 2", "f(config \\\\ [])"},
    {"def f(%{a: 1} \\\\ %{a: 1}, %{} \\\\ %{}), do: 1", "f(map1 \\\\ %{a: 1}, map2 \\\\ %{})"},
    {"def f(%{}), do: 1\ndef f(named), do: named", "f(named)"},
    {"def %{} <~> [_ | _], do: 1", "map <~> list"}
  ]

  for {source, signature} <- @functions do
    test "#{source}: #{signature}" do
      tree = Code.string_to_quoted!("defmodule S do\n#{unquote(source)}\nend")
      assert [{{_, _}, [unquote(signature)]}] = signatures(tree)
      assert signatures(Pair.probed(tree)) == signatures(tree)
    end
  end

  test "any heads" do
    :rand.seed(:exsss, {1, 2, 3})
    functions = for name <- 1..400, do: function("f#{name}", :rand.uniform(4), :rand.uniform(3))
    head = "defstruct [:a]\n@map %{a: 1}\n@list [1]\n@atom :a\nalias Inspect.Opts, as: P\n"
    tree = Code.string_to_quoted!("defmodule S do\n#{head}#{functions}end")
    plain = signatures(tree)
    assert length(plain) > 390
    assert signatures(Pair.probed(tree)) == plain
  end

  test "binding/0 sees nothing of what is bound" do
    tree = "defmodule S do def f(%{}, [_ | _], _, x, y = {_, _}), do: binding() end"
    compile(Pair.probed(Code.string_to_quoted!(tree)))
    assert apply(S, :f, [%{}, [1], 2, 3, {4, 5}]) == [x: 3, y: {4, 5}]
  end

  test "what @on_definition is given can be defined and called anew" do
    tree = """
    defmodule Again do
      def __on_definition__(env, :def, :f, [arg], _, _), do: Module.put_attribute(env.module, :arg, arg)
      def __on_definition__(_env, _, _, _, _, _), do: :ok
      defmacro __before_compile__(env) do
        arg = Module.get_attribute(env.module, :arg)
        quote do
          def again(unquote(arg)), do: unquote(arg)
        end
      end
    end
    defmodule S do
      @on_definition Again
      @before_compile Again
      def f(%{a: 1}), do: 1
    end
    """

    compile(Pair.probed(Code.string_to_quoted!(tree)))
    assert apply(S, :f, [%{a: 1, b: 2}]) == 1
    assert apply(S, :again, [%{a: 1, b: 2}]) == %{a: 1}
  end

  defp function(name, arity, clauses) do
    clauses = List.duplicate(name, clauses)
    Enum.map_join(clauses, "\n", &clause(&1, arity)) <> "\n"
  end

  defp clause(name, arity) do
    params = for n <- 1..arity, do: @patterns |> Enum.random() |> String.replace("N", "v#{n}")

    params = Enum.join(params, ", ")
    "def #{name}(#{params}), do: {#{Enum.join(Enum.random([[], variables(params)]), ", ")}}"
  end

  defp variables(text), do: for([name] <- Regex.scan(~r/\bv\d/, text), do: name)

  defp signatures(tree) do
    path = Path.join(System.tmp_dir!(), "escope-#{System.unique_integer([:positive])}.beam")
    File.write!(path, compile(tree))
    {:docs_v1, _, _, _, _, _, entries} = Code.fetch_docs(path)
    File.rm!(path)

    Enum.sort(
      for {{_, name, arity}, _, signature, _, _} <- entries, do: {{name, arity}, signature}
    )
  end

  defp compile(tree) do
    Code.put_compiler_option(:docs, true)
    Code.put_compiler_option(:ignore_module_conflict, true)
    me = self()

    ExUnit.CaptureIO.capture_io(:stderr, fn ->
      send(me, {:module, tree |> Code.eval_quoted() |> elem(0)})
    end)

    assert_receive {:module, {:module, _, beam, _}}
    beam
  after
    Code.put_compiler_option(:docs, false)
    Code.put_compiler_option(:ignore_module_conflict, false)
  end
end
