defmodule Escope.Names do
  @moduledoc """
  Gives the functions that the compiler makes of closures and comprehensions the names that they have
  in the original: they are numbered, and stand in stack traces. Called by `Escope.Transform` in the
  compiler's process, on Core Erlang.
  """

  alias Escope.Core

  @doc "`fun`, compiled with probes, with the names that `original` has; as it is where they differ in more."
  @spec take(Core.node_(), Core.node_()) :: Core.node_()
  def take(fun, original) do
    {ids, locals} = found(fun)
    {original_ids, original_locals} = found(original)

    if length(ids) == length(original_ids) and length(locals) == length(original_locals),
      do: renamed(fun, original_ids, Map.new(Enum.zip(locals, original_locals))),
      else: fun
  end

  defp found(fun) do
    {_, {ids, locals}} = Core.walk(fun, {[], []}, &{&1, note(&1, &2)})
    {Enum.reverse(ids), Enum.reverse(locals)}
  end

  defp note(node, {ids, locals}) do
    id = id(node)
    {if(id, do: [id | ids], else: ids), local_names(node) ++ locals}
  end

  defp local_names(node) do
    if :cerl.type(node) == :letrec,
      do: for({var, _fun} <- :cerl.letrec_defs(node), do: :cerl.var_name(var)),
      else: []
  end

  defp id(node),
    do: if(:cerl.type(node) in [:fun, :var], do: List.keyfind(:cerl.get_ann(node), :id, 0))

  defp renamed(fun, ids, locals) do
    {fun, []} = Core.walk(fun, ids, &rename(&1, &2, locals))
    fun
  end

  defp rename(node, ids, locals) do
    {node, ids} = if id(node), do: {with_id(node, hd(ids)), tl(ids)}, else: {node, ids}
    {with_name(node, locals), ids}
  end

  defp with_id(node, id),
    do: :cerl.set_ann(node, List.keyreplace(:cerl.get_ann(node), :id, 0, id))

  defp with_name(node, locals) do
    name = :cerl.type(node) == :var and locals[:cerl.var_name(node)]
    if name, do: :cerl.update_c_var(node, name), else: node
  end
end
