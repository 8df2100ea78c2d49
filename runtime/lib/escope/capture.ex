defmodule Escope.Capture do
  @moduledoc """
  Finds, for each parameter of a clause, an expression that gives the argument's value. Called by
  `Escope.Clause` in the compiler's process.

  A value that has a name already is read by that name; what has none is bound to a variable that
  nobody else can see. A variable that the clause itself may not use is never read: that would
  silence the compiler's warning about it.

  Guards, warnings, `binding/0` and the documented signatures are as without a probe. One thing
  remains to be seen: `Exception.blame/3`, and with it ExUnit and Plug's debugger, list a function's
  clauses from the debug information, which holds what was compiled. There `def f(%{a: 1}, _)`
  reads `def f(%{a: 1} = arg1, _arg2)`. Nothing that binds a value is left out of that list.
  """

  alias Escope.Usage

  @doc "The parameters, changed where needed, and the list of their values (nil: they cannot be known)."
  @spec parameters([Macro.t()], Usage.t()) :: {[Macro.t()], [Macro.t()] | nil}
  def parameters(params, usage) do
    if Enum.any?(params, &unknown?/1) do
      {params, nil}
    else
      params
      |> Enum.with_index(1)
      |> Enum.map(fn {param, place} -> parameter(param, place, usage) end)
      |> Enum.unzip()
    end
  end

  # A fragment may stand for several parameters, or for one with a default.
  defp unknown?({fragment, _, [_]}) when fragment in [:unquote, :unquote_splicing], do: true
  defp unknown?({:\\, _, [param, _]}), do: unknown?(param)
  defp unknown?(_), do: false

  defp parameter({:\\, meta, [param, default]}, place, usage) do
    {param, value} = parameter(param, place, usage)
    {{:\\, meta, [param, default]}, value}
  end

  defp parameter(param, place, usage) do
    case value(param, usage) do
      {:ok, value} -> {param, value}
      :none -> bind(param, place)
    end
  end

  defp bind({:_, _, context} = param, place) when is_atom(context),
    do: {beside(param, variable(:_arg, place)), variable(:_arg, place)}

  defp bind(param, place) do
    variable = variable(:arg, place)
    {bind_to(param, variable), variable}
  end

  # A variable of the clause's own stays where it stands: it names the parameter in the documentation.
  # Without one, the compiler's warnings print the match as it is written, if it stays whole.
  defp bind_to({:=, meta, [left, right]} = match, variable) do
    cond do
      not named?(match) -> beside(match, variable)
      variable?(left) -> {:=, meta, [left, bind_to(right, variable)]}
      true -> {:=, meta, [bind_to(left, variable), right]}
    end
  end

  defp bind_to(param, variable) do
    if variable?(param),
      do: {:=, [generated: true], [param, variable]},
      else: beside(param, variable)
  end

  # What the documentation calls a parameter without a name depends on its form, the parameters
  # around it and the function's other clauses. Elixir expands `@` to find out, and then meets the
  # pattern that the source has: see `Escope.@/2`. Not `generated`, for that would be the pattern, too.
  defp beside(param, variable),
    do: {:@, [context: Escope, imports: [{2, Escope}]], [param, variable]}

  # A name of its own for each place, in a context of its own.
  defp variable(name, place), do: {:"#{name}#{place}", [generated: true], Escope.Capture}

  defp named?({:=, _, [left, right]}), do: named?(left) or named?(right)
  defp named?(pattern), do: variable?(pattern)

  defp variable?({name, _, context}), do: is_atom(name) and is_atom(context)
  defp variable?(_pattern), do: false

  @doc "An expression that gives the value which `pattern` matched, without changing the pattern."
  @spec value(Macro.t(), Usage.t()) :: {:ok, Macro.t()} | :none
  def value(literal, _usage) when is_number(literal) or is_binary(literal) or is_atom(literal),
    do: {:ok, literal}

  def value({:_, _, context}, _usage) when is_atom(context), do: :none

  def value({name, meta, context} = variable, usage) when is_atom(name) and is_atom(context) do
    if underscored?(name),
      do: {:ok, {name, silent(meta), context}},
      else: read(Usage.certain?(usage, variable), {name, silent(meta), context})
  end

  def value({:-, meta, [number]}, _usage) when is_number(number), do: {:ok, {:-, meta, [number]}}
  def value({:__aliases__, _, _} = name, _usage), do: {:ok, name}

  def value({:=, _, [left, right]}, usage) do
    with :none <- value(left, usage), do: value(right, usage)
  end

  def value({:<>, meta, [prefix, rest]}, usage) when is_binary(prefix),
    do: all([prefix, rest], usage, &{:<>, meta, &1})

  def value({:|, meta, [head, tail]}, usage), do: all([head, tail], usage, &{:|, meta, &1})
  def value({:{}, meta, items}, usage), do: all(items, usage, &{:{}, meta, &1})
  def value({left, right}, usage), do: all([left, right], usage, &List.to_tuple/1)
  def value(items, usage) when is_list(items), do: all(items, usage, & &1)
  def value(_pattern, _usage), do: :none

  defp all(patterns, usage, build) do
    values = Enum.map(patterns, &value(&1, usage))
    if :none in values, do: :none, else: {:ok, build.(Enum.map(values, &elem(&1, 1)))}
  end

  defp read(true, variable), do: {:ok, variable}
  defp read(false, _variable), do: :none

  defp read({:unless_macro, calls}, variable) do
    meta = [generated: true]
    {:ok, {{:., meta, [Escope, :unless_macro]}, meta, [variable, calls]}}
  end

  # Reading `_name` warns unless it is marked as generated.
  defp silent(meta), do: Keyword.put(meta, :generated, true)

  defp underscored?(name), do: String.starts_with?(Atom.to_string(name), "_")
end
