defmodule Escope.Term.Room do
  @moduledoc """
  What limits leave for a term, and about how many bytes the terms take that were counted so far.
  Called by `Escope.Term` and what measures for it, in the application's processes.

  The two differ: limits count an element as 40, the VM mostly holds it in 8 or 16 bytes. Both stand
  in one integer, the bytes in its lower part, so that one subtraction counts a term: a second number
  would show on the hottest path of all. A room is negative where more was taken than there was.
  """

  import Bitwise

  @shift 28
  @bytes (1 <<< @shift) - 1

  @type t :: integer

  @doc "Room for as much as the limits say, nothing taken."
  @spec new(integer) :: t
  def new(limit), do: limit <<< @shift

  @doc "What has to be subtracted for a term that limits count as `cost` and that takes `bytes`."
  @spec cost(non_neg_integer, non_neg_integer) :: t
  def cost(cost, bytes), do: (cost <<< @shift) - bytes

  @doc "What the limits still leave."
  @spec left(t) :: integer
  def left(room), do: room >>> @shift

  @doc "Bytes taken so far."
  @spec bytes(t) :: non_neg_integer
  def bytes(room), do: room &&& @bytes
end
