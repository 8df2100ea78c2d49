defmodule Escope.LoopTest do
  # A clause with `:enter` keeps its tail calls: a loop needs no more stack than without a probe.
  use ExUnit.Case, async: false

  alias Escope.{Pair, Recorded}

  @rounds 1_000_000

  @source """
  defmodule Loop do
    def count(0), do: stack()
    def count(n) when n > 0, do: count(n - 1)

    def left(0, _, _), do: stack()
    def left(n, %{} = _map, [_ | _]), do: right(n - 1, {n, n})
    def right(0, _), do: stack()
    def right(n, {_, m}), do: left(n - 1, %{m: m}, [n])

    def relay(0, _), do: stack()
    def relay(n, name), do: apply(__MODULE__, name, [n - 1, name])

    def branch(n) do
      case n do
        0 -> stack()
        n when rem(n, 2) == 0 -> if n > 1, do: branch(n - 1)
        n -> branch(n - 1)
      end
    end

    defp stack, do: Process.info(self(), :stack_size) |> elem(1)
  end
  """

  @calls [
    count: [],
    left: [%{}, [1]],
    relay: [:relay],
    branch: []
  ]

  setup_all do
    @source |> Code.string_to_quoted!() |> Pair.probed([:enter]) |> Pair.observe()
    :ok
  end

  for {name, rest} <- @calls, on? <- [false, true] do
    test "#{@rounds} rounds of #{name}, recording #{on?}" do
      sizes = fn ->
        {size(unquote(name), @rounds, unquote(Macro.escape(rest))),
         size(unquote(name), 3, unquote(Macro.escape(rest)))}
      end

      {long, short} = if unquote(on?), do: recorded(sizes), else: sizes.()
      assert is_integer(long) and long == short
    end
  end

  test "a clause that is no loop does need stack: the measure sees it" do
    @source |> Code.string_to_quoted!() |> Pair.probed() |> Pair.observe()
    assert size(:count, 1000, []) > size(:count, 3, []) + 1000
    @source |> Code.string_to_quoted!() |> Pair.probed([:enter]) |> Pair.observe()
  end

  # `left` and `right` share the rounds: both ends are met in the same function.
  defp size(name, rounds, rest), do: apply(Loop, name, [rounds - rem(rounds, 2) | rest])

  defp recorded(work) do
    :ok = Escope.start(record: Recorded.folder())
    work.()
  after
    assert Escope.status().events + Enum.sum(Map.values(Escope.status().drops)) > 0
    Escope.stop()
  end
end
