defmodule Escope.CallTest do
  # Call-site and expression probes: what they record, and that the code means what it meant.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded}

  @fixture """
  defmodule Far do
    def f(x), do: {:far, x}
    def boom(x), do: raise(ArgumentError, inspect(x))
    defmacro mac(x), do: quote(do: {:mac, unquote(x)})
  end
  """

  setup_all do
    Code.eval_string(@fixture)
    on_exit(fn -> purge(Far) end)
  end

  defp purge(module) do
    :code.purge(module)
    :code.delete(module)
  end

  defp tree(source),
    do: Code.string_to_quoted!("require Escope\n" <> source, file: "pair.ex", columns: true)

  # The value of the module's `run`, and the events that it leaves.
  defp run(source, recording? \\ true) do
    %{warnings: warnings} = Pair.observe(tree("defmodule C do\n#{source}\nend\n:ok"))
    value = fn -> send(self(), {:value, apply(C, :run, [])}) end
    events = if recording?, do: Recorded.events(value), else: value.() && []
    assert_received {:value, value}
    purge(C)
    {value, for(e <- events, e.kind in [:enter, :leave, :raise, :mark], do: shape(e)), warnings}
  end

  defp shape(%{kind: :enter, payload: {{module, name, arity}, args}} = e),
    do: {:enter, e.probe, {module, name, arity}, args}

  defp shape(%{kind: :raise, payload: {class, reason, _stack}} = e),
    do: {:raise, e.probe, class, reason}

  defp shape(e), do: {e.kind, e.probe, e.payload}

  defp plain(source) do
    source
    |> String.replace(
      ~r/Escope\.(?:call|expr)\(\d+, (?::enter, )?\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)\)/,
      "\\1"
    )
  end

  @shapes [
    {"Escope.call(1, (Far.f(1)))", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"1 |> Escope.call(1, (Far.f()))", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"1 |> Kernel.+(1) |> Escope.call(1, (Far.f)) |> elem(1)",
     [{1, {Far, :f, 1}, [2], {:far, 2}}]},
    {"Enum.map([1], &Escope.call(1, (Far.f({&1, 2}))))",
     [{1, {Far, :f, 1}, [{1, 2}], {:far, {1, 2}}}]},
    {"Escope.call(1, (local(7)))", [{1, {C, :local, 1}, [7], [7]}]},
    {"Escope.call(1, (__MODULE__.local(7)))", [{1, {C, :local, 1}, [7], [7]}]},
    {"Escope.call(1, (private 7))", [{1, {C, :private, 1}, [7], {7}}]},
    {"alias Far, as: Near; Escope.call(1, (Near.f(1)))", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"import Far; Escope.call(1, (f 1))", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"{Escope.call(1, (Far.f(1))), [Escope.call(2, (Far.f(2)))], Escope.call(3, (length(local(1)))) + 1}",
     [
       {1, {Far, :f, 1}, [1], {:far, 1}},
       {2, {Far, :f, 1}, [2], {:far, 2}},
       {3, {Kernel, :length, 1}, [[1]], 1}
     ]},
    {"self = self(); Escope.call(1, (send(self, :m))); receive do m -> m end",
     [{1, {Kernel, :send, 2}, [:self, :m], :m}]},
    {"r = Escope.call(1, (Process.send_after(self(), :later, 60_000))); is_reference(r)",
     [{1, {Process, :send_after, 3}, [:self, :later, 60_000], :ref}]},
    {"Escope.call(1, (Map.delete(Map.new(), :k)))", [{1, {Map, :delete, 2}, [%{}, :k], %{}}]},
    {"Escope.call(1, (apply(Far, :f, [1])))", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"far = Enum.random([Far]); Escope.call(1, (far.f(1)))", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"(if true, do: Escope.call(1, (Far.f(1))), else: Escope.call(2, (Far.g(2))))",
     [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"Escope.call(1, (Far.f(Escope.call(2, (Far.f(0))))))",
     [{2, {Far, :f, 1}, [0], {:far, 0}}, {1, {Far, :f, 1}, [{:far, 0}], {:far, {:far, 0}}}]},
    {"for x <- [1, 2], do: Escope.call(1, (Far.f(x)))",
     [{1, {Far, :f, 1}, [1], {:far, 1}}, {1, {Far, :f, 1}, [2], {:far, 2}}]},
    {"Escope.call(1, (Far.f(x = 5))); x", [{1, {Far, :f, 1}, [5], {:far, 5}}]},
    {"try do :t after Escope.call(1, (Far.f(1))) end", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"\"a \#{inspect Escope.call(1, (Far.f(1)))}\"", [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"m = Map.new([{:a, 1}, {:b, 2}]); %{m | a: Escope.call(1, (Far.f(1)))}",
     [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"%{Map.new([{:a, Escope.call(1, (Far.f(0)))}]) | a: 1}",
     [{1, {Far, :f, 1}, [0], {:far, 0}}]},
    {"x = hd(local(7)); <<x::8, Escope.call(1, (byte_size(<<x>>)))::8>>",
     [{1, {Kernel, :byte_size, 1}, [<<7>>], 1}]},
    {"receive do :none -> Escope.call(1, (Far.f(1))) after 0 -> Escope.call(2, (Far.f(2))) end",
     [{2, {Far, :f, 1}, [2], {:far, 2}}]},
    {"with {:far, x} <- Escope.call(1, (Far.f(1))), do: x, else: (_ -> Escope.call(2, (Far.f(2))))",
     [{1, {Far, :f, 1}, [1], {:far, 1}}]},
    {"x = length(local(1)); {Escope.expr(1, (x + 1)), binding()}",
     [{1, {Kernel, :+, 2}, [1, 1], 2}]},
    {"Escope.expr(1, (Far.f(1)))", [{1, {Far, :f, 1}, [1], {:far, 1}}]}
  ]

  for {body, expected} <- @shapes do
    test body do
      helpers = "def local(x), do: [x]\ndefp private(x), do: {x}\n"

      source =
        "#{helpers}def run do\n  #{unquote(body)}\nend\ndef keep, do: {private(1), local(1)}"

      {value, events, warnings} = run(source)
      {plain_value, [], plain_warnings} = run(plain(source), false)
      assert {value, warnings} == {plain_value, plain_warnings}
      assert {value, warnings} == source |> run(false) |> Tuple.delete_at(1)

      found = for {:enter, id, name, args} <- events, do: {id, name, named(args)}

      assert found ==
               for({id, name, args, _} <- unquote(Macro.escape(expected)), do: {id, name, args})

      results = for {:leave, id, result} <- events, do: {id, named(result)}
      wanted = for {id, _, _, result} <- unquote(Macro.escape(expected)), do: {id, result}
      assert Enum.sort(results) == Enum.sort(wanted)
    end
  end

  defp named(args) when is_list(args), do: Enum.map(args, &named/1)
  defp named(pid) when is_pid(pid), do: :self
  defp named(ref) when is_reference(ref), do: :ref
  defp named(other), do: other

  test "a macro as target, and other expressions: the value, and the code as it was" do
    for {body, value} <- [
          {"require Far; x = 1; Escope.call(1, (Far.mac(x)))", {:mac, 1}},
          {"x = 1; Escope.expr(1, ({:ok, x}))", {:ok, 1}},
          {"x = 1; Escope.expr(1, ([:a, {:b, x} | [x]]))", [:a, {:b, 1}, 1]},
          {"x = 1; [Escope.expr(1, ([x])), Escope.expr(2, ({x, Escope.expr(3, ({x, 2}))}))]",
           [[1], {1, {1, 2}}]},
          {"x = [1]; Escope.expr(1, (x ++ [2] |> hd() |> then(&(&1 + 1))))", 2},
          {"x = %{a: 1}; Escope.expr(1, (x.a))", 1},
          {"x = 1; Escope.expr(1, (\"a\#{x}\"))", "a1"},
          {"f = Escope.expr(1, (&Far.f/1)); f.(1)", {:far, 1}},
          {"f = Escope.expr(1, (&{&1, 1})); f.(1)", {1, 1}},
          {"f = Escope.expr(1, (&(Escope.expr(2, (&1 + 1))))); f.(1)", 2},
          {"f = Escope.expr(1, (&(&1 + 1))); f.(1)", 2},
          {"f = Escope.expr(1, (&inspect(&1))); f.(1)", "1"},
          {"f = Escope.expr(1, (&is_nil(&1))); f.(1)", false},
          {"Escope.expr(1, (for x <- [1], do: {x, x}))", [{1, 1}]},
          {"x = Process.get(:none); Escope.expr(1, (x || Escope.expr(2, (x && 1)) || 3))", 3},
          {"x = 1; Escope.expr(1, (Escope.expr(2, (if x == 1, do: {:a, x}, else: :b))))",
           {:a, 1}},
          {"x = 1; {Escope.expr(1, (not(x in [1, 2]))), Escope.expr(2, (x not in [1]))}",
           {false, false}},
          {"Escope.expr(1, (with {:far, x} <- Far.f(1), do: x))", 1},
          {"Escope.expr(1, (if true, do: 1, else: 2))", 1},
          {"Escope.expr(1, (y = 3)); y", 3},
          {"Escope.call(1, (Map.put(Map.new(), :k, 1)))", %{k: 1}},
          {"{1, 2} |> Escope.call(1, (elem(1)))", 2},
          {"x = 1; {Escope.expr(1, (x in [1, 2])), binding()}", {true, [x: 1]}},
          {"5 |> Escope.expr(1, (then(&(&1 + 1))))", 6},
          {"Escope.expr(1, (%{a: Escope.expr(2, (%{b: 1}))}))", %{a: %{b: 1}}}
        ] do
      source = "def run do\n  #{body}\nend"
      {found, events, warnings} = run(source)
      assert found == value
      assert {^found, [], ^warnings} = run(plain(source), false)

      assert Enum.any?(
               events,
               &match?([kind, 1 | _] when kind in [:mark, :leave], Tuple.to_list(&1))
             ),
             body
    end
  end

  test "the compiler warns of the same" do
    for body <- [
          "Escope.call(1, (Enum.map([1], fn x -> \"unused\"; x end)))",
          "Escope.call(1, (String.to_integer(unused = \"1\")))",
          "Escope.call(1, (Far.nothing(1)))",
          "x = Escope.call(1, (local())); 1 + x",
          "Escope.call(1, (undefined_here(Nowhere)))",
          "Escope.expr(1, (if true do\n \"unused\"\n 1\nend))",
          "case Escope.call(1, (local())) do 1 -> 2 end",
          "Escope.call(1, (local())) |> Escope.call(2, (String.length()))",
          "Escope.call(1, (local())); 5"
        ] do
      source = "def run do\n  #{body}\nend\ndefp local, do: :a\ndefp undefined_here(_), do: 1"
      probed = Pair.observe(tree("defmodule C do\n#{source}\nend\n:ok"))

      assert probed.warnings ==
               Pair.observe(tree("defmodule C do\n#{plain(source)}\nend\n:ok")).warnings
    end
  end

  test "exceptions pass with the original's trace" do
    source = fn call ->
      "def run do\n  try do\n    {#{call}}\n  catch\n    c, r -> {c, r, __STACKTRACE__}\n  end\nend"
    end

    for call <- [
          "Far.boom(1)",
          "Far.nothing(1)",
          "hd(Process.get(:none, []))",
          ":ets.lookup(:none, 1)",
          "throw(:t)",
          "private(2)"
        ] do
      helper = "\ndefp private(1), do: 1"
      {{class, reason, stack}, events, _} = run(source.("Escope.call(1, (#{call}))") <> helper)
      {{^class, plain_reason, plain_stack}, [], _} = run(source.(call) <> helper, false)
      assert reason == plain_reason
      assert mine(stack) == mine(plain_stack)
      assert [{:enter, 1, _, _}, {:raise, 1, ^class, _}] = events

      {{^class, ^reason, off}, [], _} = run(source.("Escope.call(1, (#{call}))") <> helper, false)
      assert mine(off) == mine(plain_stack)
    end
  end

  defp mine(stack) do
    stack
    |> Enum.take_while(&(elem(&1, 0) != __MODULE__))
    |> Enum.map(fn {m, f, a, location} -> {m, f, a, Keyword.take(location, [:line, :file])} end)
  end

  test "inside a probed clause the call lies within the clause's span" do
    source =
      "def run, do: outer(1)\nEscope.probe(5, (def outer(x), do: {Escope.call(1, (Far.f(x)))}))"

    Pair.observe(tree("defmodule C do\n#{source}\nend\n:ok"))
    events = Recorded.events(fn -> apply(C, :run, []) end)
    assert [outer, call] = for(e <- events, e.kind == :enter, do: e)
    assert {outer.probe, call.probe, call.parent} == {5, 1, outer.span}
  end

  test "a loop keeps its stack" do
    source = """
    def run, do: loop(300_000, 0)
    def loop(0, acc), do: {acc, stack()}
    def loop(n, acc), do: Escope.call(1, :enter, (loop(n - 1, acc + 1)))
    defp stack, do: self() |> Process.info(:stack_size) |> elem(1)
    """

    {{300_000, size}, [], _} = run(source, false)
    assert size < 100

    short = String.replace(source, "300_000, 0", "3, 0")
    {{3, _}, events, _} = run(short)
    assert for({:enter, 1, {C, :loop, 2}, args} <- events, do: args) == [[2, 1], [1, 2], [0, 3]]
  end

  test "a tail call inside of a macro, or of a function that is a value, stays one" do
    for call <- ["then(n - 1, &loop(&1))", "(fn -> loop(n - 1) end).()"] do
      source = """
      def run, do: loop(300_000)
      def loop(0), do: self() |> Process.info(:stack_size) |> elem(1)
      def loop(n), do: Escope.expr(1, :enter, (#{call}))
      """

      {size, [], _} = run(source, false)
      assert size < 100
      {_, events, _} = run(String.replace(source, "300_000", "3"))
      assert length(for {:mark, 1, {:"$escope", :left_out}} <- events, do: 1) == 3
    end
  end

  test "a call that nobody chose has no probe, though it stands on the same line" do
    for other <- ["keep(Far.f(:other))", "both(1)"] do
      source = """
      defmacrop both(x), do: quote(do: {Far.f(:of_the_macro), unquote(x)})
      def run, do: {#{other}, Escope.call(1, (Far.f(chosen())))}
      def keep(x), do: x
      def chosen, do: :chosen
      """

      {_, events, _} = run(source)
      assert for({:enter, 1, _, args} <- events, do: args) -- [[:chosen]] == []
    end
  end

  test "copies that a macro makes of a call are recorded each, others on the line are not" do
    source = """
    defmacrop twice(x), do: quote(do: {unquote(x), Far.f(:of_the_macro), unquote(x)})
    def run, do: {twice(Escope.call(1, (Far.f(1)))), Far.f(2), Escope.call(3, (Far.f(3))), Far.f(4)}
    """

    {_, events, _} = run(source)
    assert for({:enter, id, _, args} <- events, do: {id, args}) == [{1, [1]}, {1, [1]}, {3, [3]}]
  end

  test "a text that becomes part of another one is said to be left out" do
    said =
      ExUnit.CaptureIO.capture_io(fn ->
        code = "x = \"b\"; Escope.expr(1, (\".\" <> Escope.expr(2, (\"a\#{x}\"))))"
        assert {".ab", [{:mark, 1, ".ab"}], _} = run("def run do\n  #{code}\nend")
      end)

    assert said =~ "escope: pair.ex:4: not recorded: nothing of it is left"
  end

  test "a constant is left alone, and said to be" do
    said =
      ExUnit.CaptureIO.capture_io(fn ->
        assert {[:a, 1], [], _} = run("def run do\n  Escope.expr(1, ([:a, 1]))\nend")
      end)

    assert said == "escope: pair.ex:4: not recorded: it is a constant\n"
  end

  test "guards on the same line are left alone" do
    source = """
    def run, do: f([1])
    def f(x) when length(x) > 0, do: Escope.call(1, (length(x)))
    """

    assert {1, [{:enter, 1, {Kernel, :length, 1}, [[1]]}, {:leave, 1, 1}], _} = run(source)
  end
end
