defmodule Escope.Report do
  @moduledoc """
  Says what cannot be recorded, while the module is compiled, in the compiler's process.

  On standard output, where Mix says what it compiles: the compiler's warnings stay as they are.
  """

  @spec left(Path.t(), pos_integer | nil, String.t()) :: :ok
  def left(file, line, reason),
    do: IO.puts("escope: #{Path.relative_to_cwd(file)}:#{line}: not recorded: #{reason}")
end
