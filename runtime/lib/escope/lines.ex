defmodule Escope.Lines do
  @moduledoc """
  Keeps the lines of code that a macro of escope's returns. Called in the compiler's process.

  The parser gives a block no line. Elixir gives what a macro returns the macro's line where it has
  none, and warnings about a block name it: with a probe around it, that of the probe. So each block
  is given the line that it would have without: that of the outermost macro around it, or none.
  """

  alias Escope.CallSite

  @doc "`code` with lines for its blocks; 0 is no line."
  @spec keep(Macro.t(), Macro.Env.t()) :: Macro.t()
  def keep(code, env), do: keep(code, 0, env)

  defp keep({:__block__, meta, args}, line, env),
    do: {:__block__, Keyword.put_new(meta, :line, line), keep(args, line, env)}

  defp keep({form, meta, args} = call, line, env) when is_list(args) do
    line = if line == 0 and CallSite.macro?(call, env), do: meta[:line] || 0, else: line
    {keep(form, line, env), meta, keep(args, line, env)}
  end

  defp keep({left, right}, line, env), do: {keep(left, line, env), keep(right, line, env)}
  defp keep([head | tail], line, env), do: [keep(head, line, env) | keep(tail, line, env)]
  defp keep(other, _line, _env), do: other
end
