defmodule Escope.Sites do
  @moduledoc """
  Gives each call and each operator in the bodies of `tree` to escope's
  macros. Runs in the test's process.
  """

  @local ~w(+ - * div rem hd tl length abs elem throw exit byte_size one send apply)a

  @forms ~w(= if case for with receive and)a

  def probed(tree), do: {:__block__, [], [quote(do: require(Escope)), with_sites(tree)]}

  def with_sites(tree), do: Macro.prewalk(tree, &in_bodies(&1, fn code -> site(code) end))

  @doc "The same with expressions: whole forms, matches, and calls of the module's own functions."
  def with_expressions(tree) do
    require = quote(do: require(Escope))

    {:__block__, [],
     [require, Macro.prewalk(tree, &in_bodies(&1, fn code -> expression(code) end))]}
  end

  # Of a definition that has a probe already, too.
  defp in_bodies({definition, meta, [head, [{:do, body} | more]]}, fun)
       when definition in [:def, :defp],
       do: {definition, meta, [head, [{:do, Macro.postwalk(body, fun)} | more]]}

  defp in_bodies(other, _fun), do: other

  defp site({{:., _, [{:__aliases__, _, _} | _]}, _, _} = call), do: escope(:call, call)
  defp site({{:., _, [:erlang | _]}, _, _} = call), do: escope(:call, call)
  defp site({name, _, args} = call) when name in @local and is_list(args), do: escope(:call, call)

  # `f0`, `f1`: functions of the module itself.
  defp site({name, _, [_]} = call) when is_atom(name) do
    if Atom.to_string(name) =~ ~r/\Af\d\z/, do: escope(:call, call), else: call
  end

  defp site(other), do: other

  defp expression({form, _, args} = code) when form in @forms and is_list(args),
    do: escope(:expr, code)

  defp expression({name, _, [_]} = call) when is_atom(name) do
    if Atom.to_string(name) =~ ~r/\Af\d\z/, do: escope(:expr, call), else: call
  end

  defp expression(other), do: other

  defp escope(macro, {_, meta, _} = code),
    do: {{:., meta, [{:__aliases__, [alias: false], [:Escope]}, macro]}, meta, [1, code]}
end
