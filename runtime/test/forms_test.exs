defmodule Escope.FormsTest do
  # Every shape of a definition behaves probed as it does plain, recording or not.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded}

  @cases %{
    "attributes, guards, defaults, no parentheses, empty body, keyword body" => """
    defmodule F do
      @behaviour GenServer
      @impl true
      def init(x) when is_integer(x) when is_atom(x), do: {:ok, x}
      @doc "documented"
      @spec none :: nil
      def none do
      end
      def two, do: 2
      def d(a, b \\\\ 1 + 1, c \\\\ :c), do: {a, b, c}
      def head(a, b \\\\ 0)
      def head(a, b), do: a + b
      def rebind(x) do
        x = x + 1
        x = x * 2
        x
      end
      def vars(_x, y), do: binding() |> Keyword.keys() |> Enum.concat([y])
      def env(a), do: {a, __ENV__.function, __ENV__.line, __MODULE__}
      def a <~> b, do: {a, b}
      def +a, do: a
    end
    import Kernel, except: [+: 1]
    {F.init(1), F.none(), F.two(), F.d(1), F.d(1, 5), F.head(1), F.rebind(3), F.vars(1, 2), F.env(1), F.<~>(1, 2), F.+(3),
     F.__info__(:functions)}
    """,
    "rescue, catch, else, after, __STACKTRACE__" => """
    defmodule F do
      def f(g) do
        g.()
      rescue
        e in ArgumentError -> {:rescued, e.message, is_list(__STACKTRACE__)}
      catch
        :throw, t -> {:caught, t}
        kind, value -> {kind, value}
      else
        :fine -> :else
      after
        send(self(), :after)
      end
      def g(x), do: x.()
    end
    drain = fn -> receive do m -> m after 0 -> :nothing end end
    for g <- [fn -> :fine end, fn -> raise ArgumentError, "a" end, fn -> throw 1 end, fn -> exit(:x) end],
        do: {F.f(g), drain.()}
    """,
    "super and defoverridable" => """
    defmodule Ground do
      defmacro __using__(_) do
        quote do
          def f(x), do: {:base, x}
          defoverridable f: 1
        end
      end
    end
    defmodule F do
      use Ground
      def f(x), do: {:over, super(x + 1)}
      defoverridable f: 1
      def f(x) do
        {:again, super(x)}
      end
    end
    F.f(1)
    """,
    "protocols for several types, generated names, spliced heads" => """
    defprotocol P do
      def name(x)
    end
    defimpl P, for: [Integer, Atom] do
      def name(x), do: {__MODULE__, @for, x}
    end
    defmodule F do
      for {n, v} <- [one: 1, two: 2] do
        def unquote(n)(x), do: {x, unquote(v)}
      end
      args = [{:a, [], nil}, {:b, [], nil}]
      def spliced(unquote_splicing(args)), do: a + b
      def part(unquote({:a, [], nil}), c), do: {a, c}
      head = {:whole, [], [{:x, [], nil}]}
      def unquote(head), do: x
      def with_guard(unquote_splicing(args)) when a > b, do: :more
      def with_guard(_, _), do: :less
    end
    {P.name(1), P.name(:a), F.one(0), F.two(0), F.spliced(1, 2), F.part(1, 2), F.whole(3), F.with_guard(2, 1), F.with_guard(1, 2)}
    """,
    "a module's own def" => """
    defmodule Own do
      defmacro __using__(_) do
        quote do
          import Kernel, except: [def: 2]
          import Own
          @on_definition Own
          Module.register_attribute(__MODULE__, :seen, accumulate: true, persist: true)
        end
      end
      defmacro def(head, body) do
        quote do
          Kernel.def(unquote(head), unquote([do: {:own, body[:do]}]))
        end
      end
      def __on_definition__(env, kind, name, args, guards, _body),
        do: Module.put_attribute(env.module, :seen, {kind, name, length(args), guards == []})
    end
    defmodule F do
      use Own
      def f(x) when x > 0, do: x
      def f(x) do
        -x
      end
      defp p(x), do: x
      def q(x), do: p(x)
    end
    {F.f(1), F.f(-1), F.q(2), for({:seen, s} <- F.__info__(:attributes), do: s)}
    """,
    "macros, __CALLER__, receive, recursion" => """
    defmodule M do
      defmacro line(x), do: {x, {__CALLER__.line, __CALLER__.module}}
      defmacro quoted(x) do
        quote do
          x = unquote(x)
          x + 1
        end
      end
      defmacrop private(x), do: x
      def use_private(y), do: private(y)
      def sum([]), do: 0
      def sum([h | t]), do: h + sum(t)
      def wait(self) do
        send(self, {:m, 1})
        receive do
          {:m, x} -> x
        after
          0 -> :none
        end
      end
    end
    defmodule F do
      require M
      def f, do: M.line(:a)
      def g(x), do: M.quoted(x * 2)
    end
    {F.f(), F.g(2), M.use_private(1), M.sum([1, 2, 3]), M.wait(self())}
    """,
    "patterns of every kind" => """
    defmodule F do
      defstruct [:k]
      @attr :attr
      def f(1, "s", :a, 1.5, nil, -3), do: :literals
      def f({a, [b | c]}, %{k: d}, %F{k: e}, <<g, rest::binary>>, "pre" <> post, h = [_, _]),
        do: {a, b, c, d, e, g, rest, post, h}
      def f(%{} = a, {:ok, _} = b, [_ | _], @attr, __MODULE__, ^unquote(1) = _z) when map_size(a) > 0, do: b
      def f(a, a, _, _b, ~c"list", ~w(x y)a), do: a
      def f(_, _, _, _, _, _), do: :rest
    end
    [F.f(1, "s", :a, 1.5, nil, -3), F.f({1, [2, 3]}, %{k: 4}, %{__struct__: F, k: 5}, "67", "prefix", [1, 2]),
     F.f(7, 7, 1, 2, ~c"list", [:x, :y]), F.f(1, 2, 3, 4, 5, 6)]
    """
  }

  for {name, source} <- @cases do
    source = String.replace(source, ", ^unquote(1) = _z) when", ", 1) when")

    for options <- [[], [:enter]], on? <- [false, true] do
      test "#{name}, options #{inspect(options)}, recording #{on?}" do
        {plain, probed} =
          recorded(unquote(on?), fn -> Pair.compile(unquote(source), unquote(options)) end)

        assert probed == plain
      end
    end
  end

  defp recorded(false, work), do: work.()

  defp recorded(true, work) do
    :ok = Escope.start(record: Recorded.folder())
    work.()
  after
    Escope.stop()
  end
end
