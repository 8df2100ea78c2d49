defmodule Escope.Limits do
  @moduledoc """
  How much of a term is kept. Plain data: made by `Escope.Settings`, read by `Escope.Term` in the
  application's processes.

  `total` is the budget for all arguments of a call together, or for its result: an element costs
  40, a byte of a binary 1. So about 200 elements, or 8 kB, or a mixture.
  """

  defstruct depth: 6, items: 50, bytes: 4096, total: 8_000

  @type t :: %__MODULE__{
          depth: pos_integer,
          items: pos_integer,
          bytes: pos_integer,
          total: pos_integer
        }

  @doc "The defaults, changed by what of `options` is a limit."
  @spec new(keyword | map) :: t
  def new(options), do: change(%__MODULE__{}, options)

  @doc "The limits, changed by what of `options` is one."
  @spec change(t, keyword | map) :: t
  def change(limits, options) do
    Enum.reduce(options, limits, fn {key, value}, limits ->
      if Map.has_key?(limits, key) and is_integer(value) and value > 0,
        do: Map.put(limits, key, value),
        else: limits
    end)
  end
end
