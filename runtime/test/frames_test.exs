defmodule Escope.FramesTest do
  # Modules made at random, whose functions call each other in every way and then fail: the trace of
  # the exception is the original's, whatever is probed, recorded and off.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded, Sites}

  @functions 5
  @modules 8
  @runs 12

  # Every way to call the next function; `N` is how deep it still goes.
  @ways [
    "F",
    "F",
    "[F]",
    "{:ok, F}",
    "x = F\n    [x]",
    "x = F\n    x",
    "apply(__MODULE__, :f2, [n - 1])",
    "{apply(__MODULE__, :f2, [n - 1])}",
    "__MODULE__.f1(n - 1)",
    "(&f3/1).(n - 1)",
    "fun = fn m -> f0(m) end\n    fun.(n - 1)",
    "fun = fn m -> {f4(m)} end\n    [fun.(n - 1)]",
    "Enum.map([n - 1], fn m -> f1(m) end)",
    "Enum.map([n - 1], &f1/1)",
    "for m <- [n - 1], do: F",
    "if rem(n, 2) == 0, do: F, else: [F]",
    "case F do\n      1 -> F\n      y -> {y}\n    end",
    "try do\n      F\n    after\n      n\n    end",
    "try do\n      [F]\n    rescue\n      e in ArithmeticError -> reraise(e, [])\n    end",
    "try do\n      n\n    rescue\n      _ -> n\n    else\n      _ -> F\n    end",
    "receive do\n      :never -> n\n    after\n      0 -> F\n    end",
    "with 1 <- n - 1 do\n      F\n    end",
    "n > 0 and F",
    "send(self(), n)\n    F"
  ]

  # Where a trace is read that was cut off, how often a cycle of functions repeats itself is lost.
  @reading [
    "try do\n      F\n    catch\n      k, e -> :erlang.raise(k, e, __STACKTRACE__)\n    end"
  ]

  # Every way to fail. What the compiler knows to fail has other frames, as it thinks fit.
  @ends [
    "raise \"x\"",
    "raise ArgumentError, \"x\"",
    "hd(UNKNOWN)",
    "[hd(UNKNOWN)]",
    "UNKNOWN + :a",
    "throw(n)",
    "exit({:x, n})",
    ":erlang.error(:y, [n])",
    "String.to_integer(\"x\")",
    "[String.to_integer(\"x\")]",
    ":ets.lookup(:nowhere, n)",
    "{:ets.lookup(:nowhere, n)}",
    "Nowhere.fun(n)",
    "only(n)",
    "[only(n)]",
    "apply(:ets, :lookup, [:nowhere, n])",
    "apply(:erlang, :error, [n])",
    "apply(Function.identity(:ets), :lookup, [:nowhere, n])",
    "Function.identity(:lists).reverse(n)",
    "Function.identity(:erlang).error(n)",
    "Function.identity(n).(1)",
    "Function.identity(fn -> 1 end).(n)",
    "{apply(UNKNOWN, :x, [1])}",
    "Map.fetch!(UNKNOWN, :b)",
    "Map.fetch!(Map.new(), :b)",
    "{:ok, _} = UNKNOWN",
    "case n do\n      :b -> n\n    end",
    "Enum.map(n, &(&1))",
    "fn -> raise \"in\" end |> then(& &1.())",
    "Enum.each([1], fn y -> y + :a end)",
    "Keyword.fetch!([], :b)",
    "elem(UNKNOWN, 3)",
    "%{UNKNOWN | b: 1}",
    "if n, do: 1 / 0"
  ]

  defp module(ways) do
    functions =
      for f <- 0..(@functions - 1),
          do: [failing(f), clause(f, " when rem(n, 3) == 0", ways), clause(f, "", ways)]

    only = "defp only(:never), do: 1"
    "defmodule T do\n#{Enum.join(List.flatten(functions), "\n")}\n  #{only}\nend"
  end

  # Of a function that never returns the compiler makes the last thing its callers do.
  defp failing(f) do
    failure = String.replace(Enum.random(@ends), "UNKNOWN", "Process.get(:none, n)")
    "  def f#{f}(-1), do: 1\n  def f#{f}(0 = n) do\n    #{failure}\n  end"
  end

  defp clause(f, guard, ways) do
    body =
      ways
      |> Enum.random()
      |> String.replace("F", fn _ -> "f#{:rand.uniform(@functions) - 1}(n - 1)" end)

    "  def f#{f}(n)#{guard} do\n    #{body}\n  end"
  end

  # In a process of its own, so that nothing but the functions themselves differs.
  defp traces do
    Task.await(
      Task.async(fn -> for f <- 0..(@functions - 1), n <- 0..@runs, do: {{f, n}, trace(f, n)} end),
      :infinity
    )
  end

  defp trace(f, n) do
    {:returned, apply(T, :"f#{f}", [n])}
  catch
    class, reason -> {class, reason, reason |> placed(__STACKTRACE__) |> Enum.map(&frame/1)}
  end

  # The VM forgets where a function stands that has no clause, once its exception was raised again.
  defp placed(:function_clause, [{module, name, args, _} | stack]),
    do: [{module, name, args, []} | stack]

  defp placed(_reason, stack), do: stack

  defp frame({module, name, args, location}),
    do: {module, name, args, Keyword.take(location, [:file, :line, :error_info])}

  defp with_fun_left_out(term) when is_function(term), do: :function
  defp with_fun_left_out({a, b}), do: {with_fun_left_out(a), with_fun_left_out(b)}
  defp with_fun_left_out({a, b, c}), do: {with_fun_left_out(a), with_fun_left_out(b), c}
  defp with_fun_left_out(term), do: term

  # As many as a VM notes that nobody has told otherwise (ExUnit has), and as many as it can.
  for on? <- [false, true], {depth, ways} <- [{8, @ways}, {64, @ways ++ @reading}] do
    test "frames of functions made at random are the original's, of #{depth}, recording #{on?}" do
      depth = :erlang.system_flag(:backtrace_depth, unquote(depth))
      on_exit(fn -> :erlang.system_flag(:backtrace_depth, depth) end)
      seed = :rand.uniform(1_000_000)
      :rand.seed(:exsss, String.to_integer(System.get_env("FRAMES_SEED", "#{seed}")))

      for _ <- 1..@modules do
        source = module(unquote(ways))
        plain = Code.string_to_quoted!(source, file: "t.ex", columns: true)
        Pair.observe(plain)
        expected = traces()

        for {what, tree} <- [
              clauses: Pair.probed(plain),
              sites: Sites.probed(plain),
              expressions: Sites.with_expressions(plain),
              all: plain |> Pair.probed() |> Sites.with_sites() |> Sites.with_expressions(),
              both: Sites.with_sites(Pair.probed(plain))
            ] do
          Pair.observe(tree)
          if unquote(on?), do: :ok = Escope.start(record: Recorded.folder())
          found = traces()
          if unquote(on?), do: Escope.stop()

          for {{call, wanted}, {call, got}} <- Enum.zip(expected, found),
              with_fun_left_out(wanted) != with_fun_left_out(got) do
            flunk(
              inspect({what, call, wanted: wanted, got: got, seed: seed},
                pretty: true,
                limit: :infinity
              ) <> source
            )
          end
        end
      end
    end
  end
end
