# What Elixir's own parser finds: for each text on standard input (one a line, as base 64) a line with every definition
# with a body, as `LINE KIND NAME ARITY`, separated by `;`. `*` stands for what only run time knows; `?` for a text that
# Elixir does not parse.

defmodule Definitions do
  @kinds [:def, :defp, :defmacro, :defmacrop]

  def of(text) do
    case Code.string_to_quoted(text, emit_warnings: false) do
      {:ok, tree} -> tree |> walk(false) |> Enum.join(";")
      {:error, _} -> "?"
    end
  end

  defp walk({form, _, [_ | _]}, _inside) when form in [:quote, :defprotocol], do: []
  defp walk({form, _, [_ | rest]}, _inside) when form in [:defmodule, :defimpl], do: walk(rest, true)

  defp walk({kind, meta, [head, body]}, true) when kind in @kinds do
    {name, arity} = head(head)
    ["#{meta[:line]} #{kind} #{name} #{arity}" | walk(body, true)]
  end

  defp walk({form, _, args}, inside), do: walk(form, inside) ++ walk(args, inside)
  defp walk({left, right}, inside), do: walk(left, inside) ++ walk(right, inside)
  defp walk(list, inside) when is_list(list), do: Enum.flat_map(list, &walk(&1, inside))
  defp walk(_leaf, _inside), do: []

  defp head({:when, _, [head | _]}), do: head(head)
  defp head({:unquote, _, [_]}), do: {"*", "*"}
  defp head({{:unquote, _, [name]}, _, params}) when is_atom(name), do: {name, arity(params)}
  defp head({{:unquote, _, _}, _, params}), do: {"*", arity(params)}
  defp head({name, _, params}) when is_list(params), do: {name, arity(params)}
  defp head({name, _, _}), do: {name, 0}

  defp arity(params) do
    if Enum.any?(params, &match?({:unquote_splicing, _, _}, &1)), do: "*", else: length(params)
  end
end

for line <- IO.stream(:stdio, :line),
    do: line |> String.trim() |> Base.decode64!() |> Definitions.of() |> IO.puts()
