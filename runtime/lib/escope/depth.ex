defmodule Escope.Depth do
  @moduledoc """
  How many frames of a stack the VM notes. It is asked by nothing but a function that sets it, for all
  processes; so a stack is made that is deep enough to see. Called by `Escope.Stack`.
  """

  # No VM notes more.
  @deepest 64

  @spec measure() :: pos_integer
  def measure, do: left(@deepest) - @deepest

  # The VM notes a return address once where it repeats itself.
  defp left(0), do: noted()
  defp left(n), do: right(n - 1) + 1

  defp right(0), do: noted()
  defp right(n), do: left(n - 1) + 1

  defp noted do
    {_, stack} = :erlang.process_info(self(), :current_stacktrace)
    length(stack)
  end
end
