defmodule Escope.Term do
  @moduledoc """
  Bounds a term before it is stored. Called by `Escope.Emit` in the application's processes, and
  by the recorder for exit reasons.

  Small terms are returned as they are, without copying; of others the parts that fit. What does
  not is cut (`Escope.Term.Cut`). All of it stops where the budget ends, however large the term is.
  """

  alias Escope.Limits
  alias Escope.Term.{Cut, Room, Size}

  # Most terms are small, and measuring these is all that they cost.
  @small 1000
  @small_room Room.new(@small)

  @doc "The term, or what the limits leave of it."
  @spec bound(term, Limits.t()) :: term
  def bound(term, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits

    if Size.left(term, small(total), depth, items, bytes) >= 0,
      do: term,
      else: Cut.term(term, Room.new(total), depth, items, bytes)
  end

  @doc "The term, or what the limits leave of it, and what is left of `room`. The limits' total counts for nothing."
  @spec measured(term, Room.t(), Limits.t()) :: {term, Room.t()}
  def measured(term, room, limits) do
    %{depth: depth, items: items, bytes: bytes} = limits
    small = min(room, @small_room)

    case Size.left(term, small, depth, items, bytes) do
      left when left >= 0 -> {term, room - small + left}
      _ -> Cut.measured(term, room, depth, items, bytes)
    end
  end

  @doc "The arguments of a call; the list around them counts for nothing."
  @spec bound_args([term], Limits.t()) :: [term]
  def bound_args(args, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits

    if Size.all(args, small(total), depth, items, bytes) >= 0,
      do: args,
      else: Cut.args(args, Room.new(total), depth, items, bytes)
  end

  @doc "The same, and about how many bytes they take; 0 where that is little."
  @spec weighed_args([term], Limits.t()) :: {[term], bytes :: non_neg_integer}
  def weighed_args(args, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits

    if Size.all(args, small(total), depth, items, bytes) >= 0,
      do: {args, 0},
      else: args |> Cut.measured_args(Room.new(total), depth, items, bytes) |> taken()
  end

  @doc "The term as `bound/2` leaves it, and about how many bytes it takes; 0 where that is little."
  @spec weighed(term, Limits.t()) :: {term, bytes :: non_neg_integer}
  def weighed(term, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits

    if Size.left(term, small(total), depth, items, bytes) >= 0,
      do: {term, 0},
      else: term |> Cut.measured(Room.new(total), depth, items, bytes) |> taken()
  end

  defp small(total) when total < @small, do: Room.new(total)
  defp small(_total), do: @small_room

  defp taken({term, left}), do: {term, Room.bytes(left)}
end
