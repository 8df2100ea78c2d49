defmodule Escope.Locals do
  @moduledoc """
  Notes what the variables of a probed clause are bound to, where its rules ask for that. Called by
  `Escope.Weave` in the compiler's process; works on syntax trees only, as Elixir has expanded them.

  Bindings of a closure are its own, and left alone. Of a comprehension, notes are filters, which hold.
  """

  alias Escope.Weave

  @doc "The body of a clause, where the mark before it names variables."
  @spec note(Macro.t(), Weave.woven()) :: {Macro.t(), Weave.woven()}
  def note({:__block__, meta, [mark | statements]} = body, {ids, n} = acc) do
    case mark do
      {{:., _, [Escope.Probe, :mark]}, _, [id, _mode, _function, [_ | _] = names]} ->
        {statements, {_, acc}} = walk(statements, {{id, names}, {[id | ids], n}})
        {{:__block__, meta, [mark | statements]}, acc}

      _ ->
        {body, acc}
    end
  end

  def note(body, acc), do: {body, acc}

  defp walk({:fn, _, _} = closure, state), do: {closure, state}

  defp walk({:=, meta, [pattern, value]}, state) do
    {value, state} = walk(value, state)
    bound(pattern, meta, value, notes(pattern, state), state)
  end

  # What stands before `->` in a `cond` is code.
  defp walk({:cond, meta, [[do: clauses]]}, state) do
    {clauses, state} =
      Enum.map_reduce(clauses, state, fn {:->, meta, [condition, body]}, state ->
        {[condition, body], state} = walk([condition, body], state)
        {{:->, meta, [condition, body]}, state}
      end)

    {{:cond, meta, [[do: clauses]]}, state}
  end

  defp walk({:->, meta, [patterns, body]}, state) do
    {body, state} = walk(body, state)
    {{:->, meta, [patterns, before(notes(patterns, state), body)]}, state}
  end

  defp walk({:with, meta, steps}, state) do
    {steps, state} = Enum.map_reduce(steps, state, &step/2)
    {{:with, meta, Enum.concat(steps)}, state}
  end

  defp walk({:for, meta, parts}, state) do
    {parts, state} = Enum.map_reduce(parts, state, &step/2)
    {{:for, meta, Enum.concat(parts)}, state}
  end

  defp walk({form, meta, args}, state) do
    {form, state} = walk(form, state)
    {args, state} = walk(args, state)
    {{form, meta, args}, state}
  end

  defp walk({left, right}, state) do
    {[left, right], state} = walk([left, right], state)
    {{left, right}, state}
  end

  defp walk(list, state) when is_list(list), do: Enum.map_reduce(list, state, &walk/2)
  defp walk(other, state), do: {other, state}

  defp step({:<-, meta, [pattern, value]}, state) do
    {value, state} = walk(value, state)
    {[{:<-, meta, [pattern, value]} | notes(pattern, state)], state}
  end

  # `for <<c <- text>>`: what is bound stands in the last segment.
  defp step({:<<>>, meta, segments}, state) do
    {before, [last]} = Enum.split(segments, -1)

    case last do
      {:<-, at, [pattern, value]} ->
        {value, state} = walk(value, state)
        generator = {:<<>>, meta, before ++ [{:<-, at, [pattern, value]}]}
        {[generator | notes(before ++ [pattern], state)], state}

      _ ->
        {segments, state} = walk(segments, state)
        {[{:<<>>, meta, segments}], state}
    end
  end

  defp step(other, state) do
    {other, state} = walk(other, state)
    {[other], state}
  end

  defp bound(pattern, meta, value, [], state), do: {{:=, meta, [pattern, value]}, state}

  defp bound(pattern, meta, value, notes, {wanted, acc}) do
    {whole, acc} = Weave.variable(acc)
    match = {:=, meta, [pattern, whole]}
    {Weave.block([Weave.bind(whole, value), match] ++ notes ++ [whole]), {wanted, acc}}
  end

  defp before([], body), do: body
  defp before(notes, body), do: Weave.block(notes ++ [body])

  defp notes(pattern, {{id, names}, _acc}) do
    for {name, meta, _} = variable <- variables(pattern),
        name in names,
        do: Weave.probe(:local, [id, name, variable, meta[:line]])
  end

  # Each once, as the source names them; a pinned one is not bound, nor is one in a guard or a size.
  defp variables(pattern) do
    {_, found} = Macro.prewalk(pattern, [], &variable/2)
    found |> Enum.reverse() |> Enum.uniq_by(fn {_, meta, _} -> meta[:version] end)
  end

  defp variable({:^, _, _}, found), do: {nil, found}
  defp variable({:when, _, args}, found), do: {Enum.drop(args, -1), found}
  defp variable({:"::", _, [segment, _size]}, found), do: {[segment], found}
  defp variable({name, _, nil} = node, found) when is_atom(name), do: {node, [node | found]}
  defp variable(node, found), do: {node, found}
end
