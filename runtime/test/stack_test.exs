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

  test "a deep trace has as many frames" do
    functions = for n <- 1..12, do: "def d#{n}(x), do: [d#{n + 1}(x)]\n"
    source = "defmodule T do\n#{functions}def d13(x), do: [String.to_integer(x)]\nend"
    tree = Code.string_to_quoted!(source, file: "t.ex")

    [plain, probed] =
      for tree <- [tree, Pair.probed(tree)] do
        Code.put_compiler_option(:ignore_module_conflict, true)
        Code.eval_quoted(tree, [], file: "t.ex")

        try do
          apply(T, :d1, ["x"])
        rescue
          ArgumentError -> Enum.map(__STACKTRACE__, &frame/1)
        end
      end

    assert length(probed) == 8
    # Without a probe the VM notes as many as it was told to.
    assert probed == Enum.take(plain, 8)
  after
    Code.put_compiler_option(:ignore_module_conflict, false)
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
end
