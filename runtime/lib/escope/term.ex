defmodule Escope.Term do
  @moduledoc """
  Bounds a term before it is stored. Called by `Escope.Probe` in the application's processes, and
  by the recorder for exit reasons.

  A term that fits is returned as it is, without copying. What does not fit is cut
  (`Escope.Term.Cut`). Both cost at most what the budget allows, however large the term is.
  """

  alias Escope.Limits
  alias Escope.Term.Cut

  @compile {:inline, integer: 1, binary: 2, holds_more?: 1}

  # An element of a list, tuple or map.
  @element 40
  # Binaries up to this size live on the heap; a part of a larger one holds the whole.
  @heap_binary 64

  @doc "The term, or what the limits leave of it."
  @spec bound(term, Limits.t()) :: term
  def bound(term, limits) do
    if fits?(term, limits), do: term, else: Cut.term(term, limits)
  end

  @doc "The arguments of a call; the list around them counts for nothing."
  @spec bound_args([term], Limits.t()) :: [term]
  def bound_args(args, limits) do
    if fits_all?(args, limits), do: args, else: Cut.args(args, limits)
  end

  @doc "What remains of a budget of `left` after `term`; negative where it does not fit."
  @spec remaining(term, integer, non_neg_integer, Limits.t()) :: integer
  def remaining(term, left, depth, limits), do: walk(term, left, depth, limits)

  defp fits?(term, limits), do: walk(term, limits.total, limits.depth, limits) >= 0

  defp fits_all?(args, limits), do: all(args, limits.total, limits.depth, limits) >= 0

  defp all([arg | rest], left, depth, limits) when left >= 0,
    do: all(rest, walk(arg, left, depth, limits), depth, limits)

  defp all(_, left, _depth, _limits), do: left

  # Gives what is left of the budget, negative where the term does not fit.
  defp walk(_term, left, _depth, _limits) when left < 0, do: left
  defp walk(term, left, _depth, _limits) when is_atom(term) or is_float(term), do: left - @element
  defp walk(term, left, _depth, _limits) when is_integer(term), do: left - integer(term)
  defp walk(term, left, _depth, limits) when is_bitstring(term), do: left - binary(term, limits)
  defp walk([], left, _depth, _limits), do: left - @element
  defp walk({}, left, _depth, _limits), do: left - @element

  defp walk(map, left, _depth, _limits) when map_size(map) == 0, do: left - @element
  defp walk(fun, left, _depth, _limits) when is_function(fun), do: left - function(fun)

  defp walk(container, _left, 0, _limits)
       when is_list(container) or is_tuple(container) or is_map(container),
       do: -1

  defp walk(list, left, depth, limits) when is_list(list),
    do: items(list, left - @element, limits.items, depth - 1, limits)

  defp walk(tuple, left, depth, limits) when is_tuple(tuple) do
    if tuple_size(tuple) > limits.items,
      do: -1,
      else: elements(tuple, tuple_size(tuple), left - @element, depth - 1, limits)
  end

  # Shown without its private parts: always rebuilt.
  defp walk(%{__struct__: Phoenix.LiveView.Socket}, _left, _depth, _limits), do: -1

  defp walk(map, left, depth, limits) when is_map(map) do
    if map_size(map) > limits.items,
      do: -1,
      else: entries(:maps.next(:maps.iterator(map)), left - @element, depth - 1, limits)
  end

  # Pids, references, ports.
  defp walk(_term, left, _depth, _limits), do: left - @element

  defp items(_list, left, _more, _depth, _limits) when left < 0, do: left
  defp items([], left, _more, _depth, _limits), do: left
  defp items([_ | _], _left, 0, _depth, _limits), do: -1

  defp items([item | rest], left, more, depth, limits),
    do: items(rest, walk(item, left, depth, limits), more - 1, depth, limits)

  defp items(tail, left, _more, depth, limits), do: walk(tail, left, depth, limits)

  defp elements(_tuple, 0, left, _depth, _limits), do: left

  defp elements(tuple, n, left, depth, limits),
    do:
      elements(tuple, n - 1, walk(:erlang.element(n, tuple), left, depth, limits), depth, limits)

  defp entries(_next, left, _depth, _limits) when left < 0, do: left
  defp entries(:none, left, _depth, _limits), do: left

  # Most keys are atoms, many values too: no call for these.
  defp entries({key, value, next}, left, depth, limits) when is_atom(key) and is_atom(value),
    do: entries(:maps.next(next), left - 2 * @element, depth, limits)

  defp entries({key, value, next}, left, depth, limits) when is_atom(key) do
    left = walk(value, left - @element, depth, limits)
    entries(:maps.next(next), left, depth, limits)
  end

  defp entries({key, value, next}, left, depth, limits) do
    left = walk(value, walk(key, left, depth, limits), depth, limits)
    entries(:maps.next(next), left, depth, limits)
  end

  @too_much 1_000_000_000

  defp integer(small) when small < 0x7FFFFFFFFFFFFFF and small > -0x7FFFFFFFFFFFFFF, do: @element
  # The header of a large integer holds its size: this costs nothing.
  defp integer(large), do: @element + 8 * :erts_debug.flat_size(large)

  defp binary(binary, limits) when byte_size(binary) > limits.bytes, do: @too_much

  defp binary(binary, _limits) do
    if holds_more?(binary), do: @too_much, else: @element + byte_size(binary)
  end

  defp holds_more?(binary) do
    size = :binary.referenced_byte_size(binary)
    size > @heap_binary and size > 2 * byte_size(binary)
  end

  # An environment would be copied with its function, whatever its size.
  defp function(fun) do
    case :erlang.fun_info(fun, :env) do
      {:env, []} -> @element
      _ -> @too_much
    end
  end
end
