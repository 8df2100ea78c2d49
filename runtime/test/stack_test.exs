defmodule Escope.StackTest do
  # Traces of probed code read as those of plain code do.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded}

  @source """
  defmodule T do
    def f(x) do
      r = g(x)
      {r}
    end
    def g(x), do: {h(x)}
    def h(:hd), do: hd(Process.get(:nothing, []))
    def h(:undef), do: Nowhere.fun(1)
    def h(:clause), do: one(2) + 1
    def h(:raise), do: raise(ArgumentError, "a")
    def h(:throw), do: throw(:t)
    def h(:exit), do: exit(:e)
    def h(:etc), do: :ets.lookup(:nowhere, 1)
    def h(:tail), do: one(2)
    def h(:closure) do
      f = fn -> raise "in" end
      {f.()}
    end
    def h(:map), do: Enum.map([1], fn x -> x + :a end)
    def h(:caught) do
      raise "a"
    rescue
      _ -> reraise "b", __STACKTRACE__
    end
    def h({:inner, way}) do
      try do
        f(way)
      catch
        k, e -> :erlang.raise(k, e, __STACKTRACE__)
      after
        :ok
      end
    end
    defp one(1), do: 1
  end
  """

  @ways [
    :hd,
    :undef,
    :clause,
    :raise,
    :throw,
    :exit,
    :etc,
    :tail,
    :closure,
    :map,
    :caught,
    {:inner, :hd}
  ]

  # The probed function counts one closure more.
  defp trace(way) do
    apply(T, :f, [way])
  catch
    class, reason ->
      {class, reason,
       __STACKTRACE__ |> Enum.take_while(&(elem(&1, 0) != __MODULE__)) |> Enum.map(&frame/1)}
  end

  defp frame({module, name, args, location}) do
    closure = String.replace(Atom.to_string(name), ~r/-fun-\d+-$/, "-fun-")
    {module, closure, args, Keyword.take(location, [:file, :line, :error_info])}
  end

  defp traces(tree) do
    Code.put_compiler_option(:ignore_module_conflict, true)
    ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.eval_quoted(tree, [], file: "t.ex") end)
    result = for way <- @ways, do: {way, trace(way)}
    Code.put_compiler_option(:ignore_module_conflict, false)
    result
  end

  for on? <- [false, true] do
    test "class, reason and every frame are the same, recording #{on?}" do
      plain = Code.string_to_quoted!(@source, file: "t.ex")
      expected = traces(plain)
      assert length(elem(expected[:hd], 2)) == 4

      if unquote(on?), do: :ok = Escope.start(record: Recorded.folder())
      found = traces(Pair.probed(plain))
      Escope.stop()

      for way <- @ways do
        {_, wanted} = List.keyfind(expected, way, 0)
        {_, got} = List.keyfind(found, way, 0)
        assert got == wanted, inspect({way, got, wanted}, pretty: true)
      end
    end
  end

  # ExUnit sets it too.
  defp at_depth(depth, fun) do
    :erlang.system_flag(:backtrace_depth, depth)
    fun.()
  after
    :erlang.system_flag(:backtrace_depth, 20)
  end

  for depth <- [8, 20] do
    test "a deep trace has as many frames as the VM gives, #{depth}" do
      functions = for n <- 1..30, do: "def d#{n}(x), do: [d#{n + 1}(x)]\n"
      last = "def d31(x), do: [String.to_integer(x)]\ndef e(x), do: [__MODULE__.d1(x)]"
      tree = Code.string_to_quoted!("defmodule T do\n#{functions}#{last}\nend", file: "t.ex")

      at_depth(unquote(depth), fn ->
        [plain, probed] =
          for tree <- [tree, Pair.probed(tree)] do
            Pair.observe(tree)
            deep_trace()
          end

        assert length(plain) == unquote(depth)
        assert probed == plain
        assert :erlang.system_flag(:backtrace_depth, unquote(depth)) == unquote(depth)
      end)
    end
  end

  defp deep_trace do
    apply(T, :e, ["x"])
  rescue
    ArgumentError -> Enum.map(__STACKTRACE__, &frame/1)
  end

  test "a deep trace that the function itself reads says where it was cut off" do
    functions = for n <- 1..30, do: "def d#{n}(x), do: [d#{n + 1}(x)]\n"

    last = """
    def d31(x) do
      [String.to_integer(x)]
    rescue
      _ -> __STACKTRACE__
    end
    """

    tree = Code.string_to_quoted!("defmodule T do\n#{functions}#{last}\nend", file: "t.ex")

    [plain, probed] =
      for tree <- [tree, Pair.probed(tree)] do
        Pair.observe(tree)
        T |> apply(:d1, ["x"]) |> List.flatten() |> Enum.map(&frame/1)
      end

    assert length(plain) >= 8
    {last, probed} = List.pop_at(probed, -1)
    assert length(probed) >= 8
    assert probed == Enum.take(plain, length(probed))
    assert {T, _, 1, [file: file, line: _]} = last
    assert List.to_string(file) == "./././pair.ex"
  end

  @deep """
  defmodule T do
    def page(x), do: {:page, render(x)}
    def render(0), do: raise("deep")
    def render(n), do: [n | render(n - 1)]
    def depth(0), do: raise("deep")
    def depth(n), do: [n | down(n - 1)]
    def down(0), do: raise("deep")
    def down(n), do: {n, depth(n - 1)}
    def loops(0), do: raise("deep")
    def loops(n), do: around(n)
    def around(n), do: [loops(n - 1)]
  end
  """

  # Where the VM notes a return address once, ours had come in between.
  test "a function that calls itself does not hide its callers" do
    [plain, probed] =
      for tree <- [Code.string_to_quoted!(@deep), Pair.probed(Code.string_to_quoted!(@deep))] do
        Pair.observe(tree)
        at_depth(8, fn -> for name <- [:page, :depth, :loops], do: outside(name, 12) end)
      end

    assert {T, "page", 1, _} = Enum.at(hd(plain), 2)
    assert probed == plain
  end

  defp outside(name, n) do
    Task.await(
      Task.async(fn ->
        try do
          apply(T, name, [n])
        rescue
          RuntimeError -> Enum.map(__STACKTRACE__, &frame/1)
        end
      end)
    )
  end

  test "traces do not depend on other processes" do
    Pair.observe(Pair.probed(Code.string_to_quoted!(@deep)))

    lengths =
      at_depth(8, fn ->
        1..8
        |> Task.async_stream(fn _ -> for _ <- 1..500, do: length(outside(:depth, 12)) end)
        |> Enum.flat_map(&elem(&1, 1))
      end)

    assert Enum.uniq(lengths) == [8]
  end

  # Point by point what `Exception` makes of a trace.
  defp shown(module, function, args) do
    apply(module, function, args)
  catch
    kind, reason ->
      {blamed, stack} = Exception.blame(kind, reason, __STACKTRACE__)
      stack = Enum.take_while(stack, &(elem(&1, 0) != __MODULE__))

      {Exception.format_banner(kind, blamed, stack),
       Enum.map(stack, &Exception.format_stacktrace_entry/1)}
  end

  @args """
  defmodule T do
    def f(x), do: :erlang.error(:badarg, [x])
    def g(x, y), do: :erlang.error(:function_clause, [x, y])
    def h(x), do: {:erlang.error(:badarg, [x], error_info: %{module: __MODULE__})}
    def i(x) do
      if x == 1, do: :erlang.error({:badkey, x}, [x])
      :ok
    end
    def format_error(_reason, [{_, _, args, _} | _]) when is_list(args), do: %{1 => "bad thing"}
  end
  """

  test "arguments that are given to :erlang.error" do
    plain = Code.string_to_quoted!(@args, file: "t.ex")
    calls = [f: [1], g: [1, 2], h: [1], i: [1]]

    [expected, probed, sites] =
      for tree <- [plain, Pair.probed(plain), sites(plain)] do
        Pair.observe(tree)
        for {function, args} <- calls, do: {function, shown(T, function, args)}
      end

    assert {_, [_ | _]} = expected[:f]
    assert elem(expected[:h], 0) =~ "bad thing"
    assert probed == expected
    assert sites == expected
  end

  # Each call of a remote function and each operator given to `Escope.call`.
  defp sites(tree) do
    tree = Macro.prewalk(tree, &in_bodies/1)
    {:__block__, [], [quote(do: require(Escope)), tree]}
  end

  defp in_bodies({definition, meta, [head, [{:do, body} | more]]})
       when definition in [:def, :defp],
       do: {definition, meta, [head, [{:do, Macro.postwalk(body, &site/1)} | more]]}

  defp in_bodies(other), do: other

  @sites ~w(+ - * div rem hd tl length abs elem throw exit byte_size one send)a
  defp site({{:., _, [{:__aliases__, _, _} | _]}, _, _} = call), do: escope(:call, call)
  defp site({{:., _, [:erlang | _]}, _, _} = call), do: escope(:call, call)
  defp site({name, _, args} = call) when name in @sites and is_list(args), do: escope(:call, call)
  defp site({:=, _, _} = match), do: escope(:expr, match)
  defp site(other), do: other

  defp escope(macro, {_, meta, _} = code),
    do: {{:., meta, [{:__aliases__, [alias: false], [:Escope]}, macro]}, meta, [1, code]}

  @calls """
  defmodule T do
    def len(x), do: length(x)
    def head(x), do: hd(x)
    def dv(x), do: div(1, x)
    def ab(x), do: abs(x)
    def el(x), do: elem(Process.get(:none, {x}), 3)
    def get(x), do: Map.fetch!(%{x => 1}, 1)
    def plus(x), do: x + 1
    def plus_then(x) do
      y = x + 1
      {y, 2}
    end
    def get_then(x), do: {Map.fetch!(%{x => 1}, 1)}
    def thrown(x), do: throw(x)
    def exited(x), do: exit(x)
    def error(x), do: :erlang.error(x)
    def error_then(x), do: {:erlang.error(x)}
    def map(x), do: Enum.map([x], fn y -> y + x end)
    def map_then(x), do: Enum.map([x], fn y -> {hd(y)} end)
    def match(x) do
      {:ok, y} = x
      y
    end
    def matched(x), do: {:ok, _} = x
    def case_(x) do
      case x do
        :b -> x
        _ -> tl(x)
      end
    end
    def caught(x) do
      hd(x)
    rescue
      ArgumentError -> byte_size(x)
    end
    def received(x) do
      receive do
        :never -> x
      after
        0 -> hd(x)
      end
    end
    def far(x), do: one(x)
    def far_then(x), do: {one(x)}
    def atom(x), do: String.to_existing_atom(x)
    def one(1), do: 1
  end
  """

  for on? <- [false, true] do
    test "calls and operators with a probe: text and every frame are the same, recording #{on?}" do
      plain = Code.string_to_quoted!(@calls, file: "t.ex", columns: true)
      names = Regex.scan(~r/def (\w+)\(x\)/, @calls, capture: :all_but_first) |> List.flatten()
      calls = fn -> for name <- names, do: {name, shown(T, String.to_atom(name), [:a])} end

      Pair.observe(plain)
      expected = calls.()

      for tree <- [sites(plain), sites(Pair.probed(plain))] do
        Pair.observe(tree)
        if unquote(on?), do: :ok = Escope.start(record: Recorded.folder())
        found = calls.()
        Escope.stop()
        for {name, wanted} <- expected, do: assert(List.keyfind(found, name, 0) == {name, wanted})
      end
    end
  end

  test "names that leave no room" do
    source = """
    defmodule T do
      long = String.to_atom(String.duplicate("a", 250))
      other = String.to_atom(String.duplicate("a", 249) <> "b")
      def unquote(long)(x), do: {hd(x)}
      def unquote(other)(x), do: {unquote(long)(x)}
      def call(x), do: {unquote(other)(x)}
    end
    """

    plain = Code.string_to_quoted!(source, file: "t.ex", columns: true)

    [expected | found] =
      for tree <- [plain, Pair.probed(plain), sites(plain), sites(Pair.probed(plain))] do
        Pair.observe(tree)
        shown(T, :call, [:a])
      end

    assert length(elem(expected, 1)) == 4
    for one <- found, do: assert(one == expected)
  end

  test "a trace that the function itself reads" do
    source = """
    defmodule T do
      def own(x) do
        [String.to_integer(x)]
      rescue
        _ -> __STACKTRACE__
      end
      def inner(x) do
        try do
          {own_raise(x)}
        catch
          _, _ -> __STACKTRACE__
        end
      end
      def in_fn(x) do
        f = fn ->
          try do
            {own_raise(x)}
          rescue
            _ -> __STACKTRACE__
          end
        end
        [f.()] |> hd()
      end
      defp own_raise(x), do: [String.to_integer(x)]
    end
    """

    Code.put_compiler_option(:ignore_module_conflict, true)
    tree = Code.string_to_quoted!(source, file: "t.ex")

    traces = fn tree ->
      ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.eval_quoted(tree, [], file: "t.ex") end)

      for name <- [:own, :inner, :in_fn] do
        T
        |> apply(name, ["x"])
        |> Enum.take_while(&(elem(&1, 0) != __MODULE__))
        |> Enum.map(&frame/1)
      end
    end

    plain = traces.(tree)
    assert Enum.all?(plain, &(length(&1) >= 2))
    assert traces.(Pair.probed(tree)) == plain
  after
    Code.put_compiler_option(:ignore_module_conflict, false)
  end

  test "Exception.blame and messages still work" do
    traces(Pair.probed(Code.string_to_quoted!(@source, file: "t.ex")))

    try do
      apply(T, :f, [:clause])
    catch
      :error, reason ->
        {error, _} = Exception.blame(:error, reason, __STACKTRACE__)
        assert Exception.message(error) =~ "no function clause matching in T.one/1"
    end

    try do
      apply(T, :f, [:etc])
    catch
      :error, reason ->
        error = Exception.normalize(:error, reason, __STACKTRACE__)

        assert Exception.message(error) =~
                 "the table identifier does not refer to an existing ETS table"
    end
  end

  test "a crashed GenServer logs the trace without escope's frames" do
    Code.eval_quoted(
      Pair.probed(
        Code.string_to_quoted!("""
        defmodule T.Server do
          use GenServer
          def init(x), do: {:ok, x}
          def handle_call(x, _from, state) do
            r = fail(x)
            {:reply, r, state}
          end
          defp fail(x) do
            {x + 1}
          end
        end
        """)
      )
    )

    log =
      ExUnit.CaptureLog.capture_log(fn ->
        {:ok, server} = GenServer.start(T.Server, 1)
        catch_exit(GenServer.call(server, :a))
      end)

    assert log =~ "T.Server.fail/1"
    assert log =~ "T.Server.handle_call/3"
    refute log =~ "Escope.Probe"
    refute log =~ "anonymous fn/3 in T.Server"
  end

  test "a call of what is no module, at the end of a loop, fails on the original's line" do
    source = "defmodule T do\n  def f(mod), do: mod.name()\nend"

    calls =
      "\nfor x <- [\"s\", %{}] do\n  try do\n    T.f(x)\n  catch\n    _, _ -> hd(tl(__STACKTRACE__))\n  end\nend"

    plain = Code.string_to_quoted!(source <> calls, file: "pair.ex")
    expected = Pair.observe(plain).value
    assert [{T, :f, 1, [_, {:line, 2}]} | _] = expected
    assert Pair.observe(Pair.probed(plain, [:enter])).value == expected
  end
end
