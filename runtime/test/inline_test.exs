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

  # Without the compiler's help each round looks at every message: a hundred times as long.
  test "a message that is waited for is found behind many others" do
    plain = Code.string_to_quoted!(@waiting, file: "t.ex", columns: true)
    me = spawn(fn -> :ok end)

    for tree <- [Sites.probed(plain), Sites.with_sites(Pair.probed(plain))] do
      Pair.observe(plain)
      [monitor, reference] = for name <- [:monitor, :reference], do: waiting(name, me)
      Pair.observe(tree)
      assert waiting(:monitor, me) < 20 * monitor + 5_000
      assert waiting(:reference, me) < 20 * reference + 5_000
    end
  end

  defp waiting(name, pid) do
    Task.await(
      Task.async(fn ->
        for n <- 1..@messages, do: send(self(), n)
        {time, _} = :timer.tc(fn -> for _ <- 1..@rounds, do: apply(T, name, [pid]) end)
        time
      end),
      :infinity
    )
  end

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

    assert [[_, {T, :"-each/1-fun-1-", 1, 4} | _] | _] = expected
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
