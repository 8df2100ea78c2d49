defmodule Escope.Core do
  @moduledoc """
  Walks through Core Erlang, for `Escope.Transform`, in the compiler's process.
  """

  @type node_ :: :cerl.cerl()

  @doc """
  Gives every expression and clause of `node` to `fun`, the inner ones first and in the order of
  evaluation, and puts what comes back in its place. Patterns and guards are left alone. What
  `into?` refuses is not entered.
  """
  @spec walk(node_, acc, (node_, acc -> {node_, acc}), (node_ -> boolean)) :: {node_, acc}
        when acc: term
  def walk(node, acc, fun, into? \\ fn _ -> true end) do
    {node, acc} = if into?.(node), do: parts(node, acc, fun, into?), else: {node, acc}
    fun.(node, acc)
  end

  defp parts(node, acc, fun, into?), do: map_parts(node, acc, &walk(&1, &2, fun, into?))

  @doc "Gives the parts of `node` to `fun`, as `walk/4` does, and no deeper ones."
  @spec map_parts(node_, acc, (node_, acc -> {node_, acc})) :: {node_, acc} when acc: term
  def map_parts(node, acc, fun) do
    case :cerl.type(node) do
      :clause ->
        {body, acc} = fun.(:cerl.clause_body(node), acc)
        {with_body(node, body), acc}

      # `cerl` does not count what is updated among the parts of an update.
      :map ->
        {arg, acc} = fun.(:cerl.map_arg(node), acc)
        {pairs, acc} = Enum.map_reduce(:cerl.map_es(node), acc, fun)
        {:cerl.update_c_map(node, arg, pairs), acc}

      _ ->
        {groups, acc} = Enum.map_reduce(:cerl.subtrees(node), acc, &Enum.map_reduce(&1, &2, fun))

        {if(groups == [], do: node, else: :cerl.update_tree(node, groups)), acc}
    end
  end

  @spec with_body(node_, node_) :: node_
  def with_body(clause, body),
    do: :cerl.update_c_clause(clause, :cerl.clause_pats(clause), :cerl.clause_guard(clause), body)

  @doc "A call of `Escope.Probe`."
  @spec probe(atom, [node_], list) :: node_
  def probe(function, args, ann \\ []),
    do: :cerl.ann_c_call(ann, :cerl.c_atom(Escope.Probe), :cerl.c_atom(function), args)

  @spec probe?(node_) :: boolean
  def probe?(node) do
    :cerl.type(node) == :call and :cerl.is_c_atom(:cerl.call_module(node)) and
      :cerl.concrete(:cerl.call_module(node)) == Escope.Probe
  end

  # Asked for in the function itself, so that no more frames are in the way than its own.
  @doc "The code that asks for the stack of the process."
  @spec current_stack() :: node_
  def current_stack do
    process = :cerl.c_call(:cerl.c_atom(:erlang), :cerl.c_atom(:self), [])
    args = [process, :cerl.c_atom(:current_stacktrace)]
    :cerl.c_call(:cerl.c_atom(:erlang), :cerl.c_atom(:process_info), args)
  end
end
