defmodule Escope.MacroTest do
  # Probed macros: what is recorded of them, and where.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded}

  @source """
  defmodule Mac do
    require Escope
    Escope.probe 1, defmacro twice(x) when is_integer(x) do
      [helped(x), __CALLER__.module, __CALLER__.line]
    end
    Escope.probe(2, (defmacro twice(x), do: quote(do: {unquote(x), unquote(x)})))
    Escope.probe(3, :enter, (defmacro looped(x), do: apply(__MODULE__, :helped, [x])))
    Escope.probe(4, (def helped(x), do: x * 2))
    Escope.probe(5, (defmacro failing(x), do: raise(ArgumentError, x)))
    Escope.probe(6, (defmacro rescued(x) do
      raise ArgumentError, x
    rescue
      _ -> length(__STACKTRACE__) > 0
    end))
    Escope.probe(7, (defmacrop own(x), do: x))
    def use_own, do: own(3)
  end
  """

  setup do
    folder = Path.join(System.tmp_dir!(), "escope-macro-#{System.unique_integer([:positive])}")
    File.mkdir_p!(folder)
    on_exit(fn -> File.rm_rf!(folder) end)
    Code.put_compiler_option(:ignore_module_conflict, true)
    on_exit(fn -> Code.put_compiler_option(:ignore_module_conflict, false) end)
    Code.compile_string(@source, "mac.ex")
    %{folder: folder}
  end

  defp spans(events) do
    for %{kind: kind, probe: id} = e when kind in [:enter, :leave, :raise] <- events do
      case {kind, e.payload} do
        {:enter, {{module, name, arity}, args}} -> {:enter, id, {module, name, arity}, args}
        {:leave, result} -> {:leave, id, result}
        {:raise, {class, _reason, _stack}} -> {:raise, id, class}
      end
    end
  end

  test "its arguments are those of the source, without the caller's environment" do
    events =
      Recorded.events(fn ->
        code = "require Mac; {Mac.twice(2), Mac.twice(a), Mac.looped(4), Mac.rescued(\"x\")}"
        {value, _} = Code.eval_string(code, [a: 1], file: "eval", line: 7)
        assert value == {[4, nil, 7], {1, 1}, 8, true}
      end)

    assert [
             {:enter, 1, {Mac, :twice, 1}, [2]},
             {:enter, 4, {Mac, :helped, 1}, [2]},
             {:leave, 4, 4},
             {:leave, 1, [4, nil, 7]},
             {:enter, 2, {Mac, :twice, 1}, [{:a, _, nil}]},
             {:leave, 2, {{:a, _, nil}, {:a, _, nil}}},
             {:enter, 3, {Mac, :looped, 1}, [4]},
             {:enter, 4, {Mac, :helped, 1}, [4]},
             {:leave, 4, 8},
             {:enter, 6, {Mac, :rescued, 1}, ["x"]},
             {:leave, 6, true}
           ] = spans(events)
  end

  test "in the compiler's processes, and nothing else of these", %{folder: folder} do
    file = Path.join(folder, "user.ex")

    File.write!(file, """
    defmodule MacUser do
      require Mac
      @before Mac.helped(1)
      def f, do: {Mac.twice(5), Mac.looped(6)}
      @after_all Mac.helped(2)
      def g, do: {@before, @after_all}
    end
    """)

    events = Recorded.events(fn -> Kernel.ParallelCompiler.compile([file]) end)
    assert apply(MacUser, :f, []) == {[10, MacUser, 4], 12}

    assert spans(events) == [
             {:enter, 1, {Mac, :twice, 1}, [5]},
             {:enter, 4, {Mac, :helped, 1}, [5]},
             {:leave, 4, 10},
             {:leave, 1, [10, MacUser, 4]},
             {:enter, 3, {Mac, :looped, 1}, [6]}
           ]
  end

  test "an exception reads as without a probe" do
    trace = fn source ->
      [{_, _} | _] = Code.compile_string(source, "mac.ex")

      try do
        Code.eval_string("require Mac; Mac.failing(\"no\")", [], file: "eval")
      rescue
        e ->
          {e, Exception.format_stacktrace(__STACKTRACE__) |> String.split("\n") |> Enum.take(3)}
      end
    end

    plain = String.replace(@source, ~r/Escope\.probe\(5, \((.*)\)\)$/m, "\\1")
    refute plain == @source
    assert trace.(@source) == trace.(plain)
  end

  test "expands where the runtime is not there", %{folder: folder} do
    plain =
      String.replace(
        @source,
        "Escope.probe(4, (def helped(x), do: x * 2))",
        "def helped(x), do: x * 2"
      )

    [{_, code} | _] = Code.compile_string(plain, "mac.ex")
    File.write!(Path.join(folder, "Elixir.Mac.beam"), code)
    script = "require Mac; IO.inspect({Mac.twice(2), Mac.looped(4), Code.ensure_loaded?(Escope)})"
    {said, 0} = System.cmd("elixir", ["-pa", folder, "-e", script], stderr_to_stdout: true)
    assert said =~ "{[4, nil, 1], 8, false}"
  end

  test "compiles with the warnings of the original" do
    source = """
    defmodule MacWarns do
      defmacro unused(x, y), do: x
      defmacrop never(x), do: x
      defmacro caller_only(_) do
        env = __CALLER__
        1
      end
      defmacro clash(x) when is_list(x) when is_binary(x), do: [x] + 1
    end
    """

    {plain, probed} = Pair.compile(source)
    assert probed.warnings == plain.warnings
    refute plain.warnings == [""]
  end
end
