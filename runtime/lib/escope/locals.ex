defmodule Escope.Locals do
  @moduledoc """
  Notes the values of expressions and variables. Called by `Escope` and `Escope.Clause` in the
  compiler's process; works on syntax trees only.
  """

  @doc "The expression, its value noted on the way; nobody else can name the variable."
  @spec valued(Macro.t(), (Macro.t() -> Macro.t())) :: Macro.t()
  def valued(expr, note) do
    quote generated: true do
      value = unquote(expr)
      unquote(note.(quote(do: value)))
      value
    end
  end

  @doc "`code` with each `name = expression` noted, for these names. Variables in patterns are left to `Escope.Transform`."
  @spec note(Macro.t(), integer, [atom]) :: Macro.t()
  def note(code, _id, []), do: code

  def note({quiet, _, _} = code, _id, _names) when quiet in [:fn, :quote, :&], do: code

  def note({:=, meta, [{name, _, context} = variable, value]}, id, names) when is_atom(context) do
    value = note(value, id, names)
    noted = &quote(do: Escope.Probe.local(unquote(id), unquote(name), unquote(&1)))
    {:=, meta, [variable, if(name in names, do: valued(value, noted), else: value)]}
  end

  def note({form, meta, args}, id, names),
    do: {note(form, id, names), meta, note(args, id, names)}

  def note({left, right}, id, names), do: {note(left, id, names), note(right, id, names)}

  def note([head | tail], id, names), do: [note(head, id, names) | note(tail, id, names)]
  def note(other, _id, _names), do: other
end
