defmodule Escope.Term.Size do
  @moduledoc """
  Measures a term against a budget, and stops where the budget ends. Called by `Escope.Term` and
  `Escope.Term.Cut` in the application's processes.

  The limits are arguments of their own, for this is the hottest code of all: `depth` levels,
  `items` elements of a container, `bytes` of a binary. What is left is a room (`Escope.Term.Room`).
  """

  alias Escope.Term.Room

  # An element of a list, tuple or map: a cell of a list, or a place and a share of the header.
  @element Room.cost(40, 16)
  # A map has two headers; its keys are copied with it.
  @map Room.cost(40, 32)
  # A float, reference or the like has two or three words besides.
  @boxed Room.cost(40, 40)
  @version Room.cost(160, 64)
  # Binaries up to this size live on the heap; a part of a larger one holds the whole. Those have a
  # header and are rounded up to words, these a header on the heap and one outside.
  @heap_binary 64
  @on_heap Room.cost(40, 40)
  @off_heap Room.cost(40, 104)
  @byte Room.cost(1, 1)

  @doc "What is left of the room after `term`; negative where the term does not fit."
  @spec left(term, Room.t(), integer, pos_integer, pos_integer) :: Room.t()
  def left(_term, left, _depth, _items, _bytes) when left < 0, do: left
  def left(term, left, _depth, _items, _bytes) when is_atom(term), do: left - @element

  def left(int, left, _depth, _items, _bytes) when is_integer(int), do: left - integer(int)

  def left(binary, left, _depth, _items, bytes) when is_bitstring(binary) do
    if byte_size(binary) > bytes or holds_more?(binary),
      do: -1,
      else: left - binary(byte_size(binary))
  end

  def left(list, left, depth, items, bytes) when is_list(list) do
    cond do
      list == [] -> left - @element
      depth == 0 -> -1
      true -> list(list, left - @element, items, depth - 1, items, bytes)
    end
  end

  def left(map, left, depth, items, bytes) when is_map(map) do
    case map_size(map) do
      0 -> left - @boxed
      size when depth == 0 or size > items -> -1
      _ -> map(map, left - @map, depth - 1, items, bytes)
    end
  end

  def left(tuple, left, depth, items, bytes) when is_tuple(tuple) do
    case tuple_size(tuple) do
      0 -> left - @element
      size when depth == 0 or size > items -> -1
      size -> tuple(tuple, size, left - @element, depth - 1, items, bytes)
    end
  end

  def left(fun, left, _depth, _items, _bytes) when is_function(fun),
    do: if(holds_variables?(fun), do: -1, else: left - @boxed)

  # Floats, pids, references, ports.
  def left(_term, left, _depth, _items, _bytes), do: left - @boxed

  # Leaves are met so often that a call each would show.
  defguardp leaf?(term)
            when is_atom(term) or
                   (is_integer(term) and term < 0x7FFFFFFFFFFFFFF and term > -0x7FFFFFFFFFFFFFF)

  defp list(_list, left, _more, _depth, _items, _bytes) when left < 0, do: left

  defp list([item | rest], left, more, depth, items, bytes) when more > 0 do
    left = if leaf?(item), do: left - @element, else: left(item, left, depth, items, bytes)

    list(rest, left, more - 1, depth, items, bytes)
  end

  defp list([], left, _more, _depth, _items, _bytes), do: left
  defp list([_ | _], _left, 0, _depth, _items, _bytes), do: -1
  defp list(tail, left, _more, depth, items, bytes), do: left(tail, left, depth, items, bytes)

  defp tuple(_tuple, 0, left, _depth, _items, _bytes), do: left

  defp tuple(tuple, n, left, depth, items, bytes) do
    left = left(:erlang.element(n, tuple), left, depth, items, bytes)
    tuple(tuple, n - 1, left, depth, items, bytes)
  end

  # Shown without its private parts: always rebuilt.
  defp map(%{__struct__: Phoenix.LiveView.Socket}, _left, _depth, _items, _bytes), do: -1

  # The map has few entries: two lists of them cost less than an iterator.
  defp map(map, left, depth, items, bytes) do
    left = all(:maps.keys(map), left, depth, items, bytes)
    all(:maps.values(map), left, depth, items, bytes)
  end

  @doc "What is left after all of `terms`."
  @spec all([term], Room.t(), integer, pos_integer, pos_integer) :: Room.t()
  def all([term | rest], left, depth, items, bytes) when leaf?(term),
    do: all(rest, left - @element, depth, items, bytes)

  # Which version of a state stood here.
  def all([{:"$escope", :state, _version} | rest], left, depth, items, bytes),
    do: all(rest, left - @version, depth, items, bytes)

  def all([term | rest], left, depth, items, bytes) when left >= 0,
    do: all(rest, left(term, left, depth, items, bytes), depth, items, bytes)

  def all(_terms, left, _depth, _items, _bytes), do: left

  @doc "What an integer costs."
  @spec integer(integer) :: Room.t()
  def integer(small) when small < 0x7FFFFFFFFFFFFFF and small > -0x7FFFFFFFFFFFFFF, do: @element
  # The header of a large integer holds its size: this costs nothing.
  def integer(large), do: @element + 8 * :erts_debug.flat_size(large) * @byte

  @doc "What a binary of so many bytes costs."
  @spec binary(non_neg_integer) :: Room.t()
  def binary(size) when size <= @heap_binary, do: @on_heap + size * @byte
  def binary(size), do: @off_heap + size * @byte

  @doc "Whether storing `bits` would keep a much larger binary."
  @spec holds_more?(bitstring) :: boolean
  def holds_more?(bits) do
    size = :binary.referenced_byte_size(bits)
    size > @heap_binary and size > 2 * byte_size(bits)
  end

  @doc "Whether a function has an environment, which would be copied with it, whatever its size."
  @spec holds_variables?(function) :: boolean
  def holds_variables?(fun), do: :erlang.fun_info(fun, :env) != {:env, []}
end
