defmodule Escope.InlineTest do
  # A call with a probe is compiled as the call in the source is.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded, Sites}

  @waiting """
  defmodule T do
    def monitor(pid) do
      ref = Process.monitor(pid)
      receive do
        {:DOWN, ^ref, _, _, _} -> :down
      end
    end
    def reference(_pid) do
      ref = Kernel.make_ref()
      Kernel.send(self(), {:here, ref})
      receive do
        {:here, ^ref} -> :here
      end
    end
  end
  """

  @messages 50_000
  @rounds 100

  # Without the compiler's help each round looks at every message, and that is counted as work.
  test "a message that is waited for is found behind many others" do
    plain = Code.string_to_quoted!(@waiting, file: "t.ex", columns: true)
    me = spawn(fn -> :ok end)

    for tree <- [plain, Sites.probed(plain), Sites.with_sites(Pair.probed(plain))] do
      Pair.observe(tree)
      for name <- [:monitor, :reference], do: assert(waiting(name, me) < @messages * @rounds / 5)
    end
  end

  defp waiting(name, pid) do
    Task.await(
      Task.async(fn ->
        for n <- 1..@messages, do: send(self(), n)
        before = reductions()
        for _ <- 1..@rounds, do: apply(T, name, [pid])
        reductions() - before
      end),
      :infinity
    )
  end

  defp reductions, do: self() |> Process.info(:reductions) |> elem(1)

  test "a reference is recorded with its call" do
    Pair.observe(Sites.probed(Code.string_to_quoted!(@waiting, file: "t.ex", columns: true)))
    events = Recorded.events(fn -> apply(T, :monitor, [spawn(fn -> :ok end)]) end)

    assert [{_, {:enter, [pid]}}, {_, {:leave, ref}}] =
             for(e <- events, e.kind in [:enter, :leave], do: {e.span, shown(e)})

    assert is_pid(pid) and is_reference(ref)
    assert events |> Enum.map(& &1.span) |> Enum.reject(&is_nil/1) |> Enum.uniq() |> length() == 1
  end

  defp shown(%{kind: :enter, payload: {{Process, :monitor, 1}, args}}), do: {:enter, args}
  defp shown(%{kind: :leave, payload: result}), do: {:leave, result}

  @names """
  defmodule T do
    def each(x) do
      y = Enum.map([x], &one/1)
      f = fn z -> raise(Enum.join([one(z)])) end
      {y, for(z <- [x], do: {f.(z)})}
    end
    def later(x), do: {Enum.count([x]), for(z <- [x], do: {hd(Process.get(:none, z))})}
    def missing(x), do: Map.fetch!(%{b: x}, :a)
    def one(x), do: x
  end
  """

  test "closures and comprehensions have the names that they had, and lines stay" do
    plain = Code.string_to_quoted!(@names, file: "t.ex", columns: true)

    [expected | found] =
      for tree <- [plain, Sites.probed(plain), Sites.with_sites(Pair.probed(plain))] do
        Pair.observe(tree)
        for name <- [:each, :later, :missing], do: names(name)
      end

    # Which number the closure has is up to the compiler's version.
    assert [[_, {T, closure, 1, 4} | _] | _] = expected
    assert "-each/1-fun-" <> _ = Atom.to_string(closure)
    for one <- found, do: assert(one == expected)
  end

  defp names(name) do
    apply(T, name, [:a])
  rescue
    _ ->
      for {T, name, args, location} <- [{T, :start, 0, []} | __STACKTRACE__],
          do: {T, name, if(is_list(args), do: length(args), else: args), location[:line]}
  end
end
