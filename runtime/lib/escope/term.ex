defmodule Escope.Term do
  @moduledoc """
  Bounds a term before it is stored. Called by `Escope.Emit` in the application's processes, and
  by the recorder for exit reasons.

  Small terms are returned as they are, without copying; of others the parts that fit. What does
  not is cut (`Escope.Term.Cut`). All of it stops where the budget ends, however large the term is.
  """

  alias Escope.Limits
  alias Escope.Term.{Cut, Size}

  # Most terms are small, and measuring these is all that they cost.
  @small 1000

  @doc "The term, or what the limits leave of it."
  @spec bound(term, Limits.t()) :: term
  def bound(term, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits

    if Size.left(term, min(total, @small), depth, items, bytes) >= 0,
      do: term,
      else: Cut.term(term, total, depth, items, bytes)
  end

  @doc "The term, or what the limits leave of it, and what of the budget it takes."
  @spec measured(term, Limits.t()) :: {term, non_neg_integer}
  def measured(term, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits
    small = min(total, @small)

    case Size.left(term, small, depth, items, bytes) do
      left when left >= 0 -> {term, small - left}
      _ -> Cut.measured(term, total, depth, items, bytes)
    end
  end

  @doc "The arguments of a call; the list around them counts for nothing."
  @spec bound_args([term], Limits.t()) :: [term]
  def bound_args(args, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits

    if Size.all(args, min(total, @small), depth, items, bytes) >= 0,
      do: args,
      else: Cut.args(args, total, depth, items, bytes)
  end

  @doc "The same, and what of the budget they take; 0 where that is little."
  @spec measured_args([term], Limits.t()) :: {[term], non_neg_integer}
  def measured_args(args, limits) do
    %{total: total, depth: depth, items: items, bytes: bytes} = limits

    if Size.all(args, min(total, @small), depth, items, bytes) >= 0,
      do: {args, 0},
      else: Cut.measured_args(args, total, depth, items, bytes)
  end

  @doc "The term as `bound/2` leaves it, and what of the budget it takes; 0 where that is little."
  @spec weighed(term, Limits.t()) :: {term, non_neg_integer}
  def weighed(term, limits) do
    case measured(term, limits) do
      {term, cost} when cost <= @small -> {term, 0}
      weighed -> weighed
    end
  end
end
