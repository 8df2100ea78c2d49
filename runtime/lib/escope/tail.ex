defmodule Escope.Tail do
  @moduledoc """
  Marks the calls that were the last thing that their function did, and are no longer since a probe
  waits for them. Used by `Escope.Transform` in the compiler's process; `Escope.Stack` takes the frames
  out that are there for no other reason.

  A mark is a file that reads as another path of the same one. A second one says that a trace goes on
  further than its last frame.
  """

  alias Escope.{Core, Inline}

  @mark ~c"././"
  @continued ~c"./././"

  # The VM keeps a file's name as an atom.
  @longest 240

  @typedoc """
  Whether the function ends in it, or would, were there no probe of its value; with what is jumped to
  there and not called.
  """
  @type where :: :tail | {:lost, jumps :: [{atom, arity}]} | nil

  @doc "A function with its marks."
  @spec mark(Core.node_()) :: Core.node_()
  def mark(fun), do: function(fun, :tail)

  @doc "What a frame's file is marked as, and the file itself."
  @spec read(charlist) :: {:tail | :continued, charlist} | nil
  def read(@continued ++ file), do: {:continued, file}
  def read(@mark ++ file), do: {:tail, file}
  def read(_file), do: nil

  @doc "The file of a frame after which there are more."
  @spec continued(charlist) :: charlist
  def continued(file), do: @continued ++ file

  @spec in_tail(Core.node_(), where) :: Core.node_()
  defp in_tail(node, where) do
    case :cerl.type(node) do
      :let ->
        bound(node, where)

      :seq ->
        arg = in_tail(:cerl.seq_arg(node), nil)
        :cerl.update_c_seq(node, arg, in_tail(:cerl.seq_body(node), where))

      :case ->
        clauses = for clause <- :cerl.case_clauses(node), do: in_tail(clause, where)
        :cerl.update_c_case(node, in_tail(:cerl.case_arg(node), nil), clauses)

      :clause ->
        Core.with_body(node, in_tail(:cerl.clause_body(node), where))

      :try ->
        attempt(node, where)

      :letrec ->
        letrec(node, where)

      :fun ->
        function(node, :tail)

      _ ->
        {node, _} = Core.map_parts(node, nil, &{in_tail(&1, nil), &2})
        if lost?(node, where), do: node |> with_mark() |> Inline.followed(), else: node
    end
  end

  defp function(fun, where),
    do: :cerl.update_c_fun(fun, :cerl.fun_vars(fun), in_tail(:cerl.fun_body(fun), where))

  # What is noted and then given back would end the function, were it not noted.
  defp bound(node, where) do
    vars = :cerl.let_vars(node)
    body = in_tail(:cerl.let_body(node), where)

    arg =
      if where != nil and noted?(:cerl.let_body(node), Enum.map(vars, &:cerl.var_name/1), false),
        do: in_tail(:cerl.let_arg(node), if(where == :tail, do: {:lost, []}, else: where)),
        else: in_tail(:cerl.let_arg(node), nil)

    :cerl.update_c_let(node, vars, arg, body)
  end

  # Whether a probe is all that there is between a value and the end. `names`: those of the value.
  defp noted?(node, names, seen?) do
    case :cerl.type(node) do
      :var -> seen? and :cerl.var_name(node) in names
      :seq -> noted?(:cerl.seq_arg(node), :cerl.seq_body(node), names, seen?)
      :let -> noted?(:cerl.let_arg(node), :cerl.let_body(node), renamed(node, names), seen?)
      _ -> false
    end
  end

  defp noted?(arg, body, names, seen?) do
    probe? = Core.probe?(arg)
    (probe? or :cerl.type(arg) in [:var, :literal]) and noted?(body, names, seen? or probe?)
  end

  defp renamed(node, names) do
    case {:cerl.let_vars(node), :cerl.type(:cerl.let_arg(node))} do
      {[var], :var} ->
        if :cerl.var_name(:cerl.let_arg(node)) in names,
          do: [:cerl.var_name(var) | names],
          else: names

      _ ->
        names
    end
  end

  # What the compiler jumps to is part of the function (`receive`, the rest after a `case`).
  defp letrec(node, where) do
    jump? = :letrec_goto in :cerl.get_ann(node)
    where = if jump?, do: jumping(where, :cerl.letrec_vars(node)), else: where
    there = if jump?, do: where, else: :tail
    defs = for {var, fun} <- :cerl.letrec_defs(node), do: {var, function(fun, there)}
    :cerl.update_c_letrec(node, defs, in_tail(:cerl.letrec_body(node), where))
  end

  defp jumping({:lost, jumps}, vars), do: {:lost, Enum.map(vars, &:cerl.var_name/1) ++ jumps}
  defp jumping(where, _vars), do: where

  defp lost?(node, {:lost, jumps}), do: loses_frame?(node) and not jump?(node, jumps)
  defp lost?(_node, _where), do: false

  defp jump?(node, jumps),
    do: :cerl.type(node) == :apply and :cerl.var_name(:cerl.apply_op(node)) in jumps

  defp attempt(node, where) do
    if Inline.ours?(node) do
      call = :cerl.try_arg(node)
      if where != nil and loses_frame?(call), do: Inline.tail(node, with_mark(call)), else: node
    else
      body = in_tail(:cerl.try_body(node), where)
      handler = in_tail(:cerl.try_handler(node), where)
      update(node, in_tail(:cerl.try_arg(node), nil), body, handler)
    end
  end

  # Of a function that the VM itself has it keeps the caller's frame, unless the name is computed.
  defp loses_frame?(call) do
    case :cerl.type(call) do
      :apply -> true
      :call -> not builtin?(:cerl.call_module(call), :cerl.call_name(call), call)
      _ -> false
    end
  end

  defp builtin?(module, name, call) do
    :cerl.is_c_atom(module) and :cerl.is_c_atom(name) and
      builtin?({:cerl.concrete(module), :cerl.concrete(name), :cerl.call_arity(call)})
  end

  defp builtin?({:erlang, :apply, _arity}), do: false
  defp builtin?({module, name, arity}), do: :erlang.is_builtin(module, name, arity)

  defp with_mark(call) do
    {before, rest} = call |> :cerl.get_ann() |> Enum.split_while(&(not match?({:file, _}, &1)))

    case rest do
      [{:file, file} | rest] when length(file) <= @longest ->
        :cerl.set_ann(call, before ++ [{:file, @mark ++ file} | rest])

      _ ->
        call
    end
  end

  defp update(node, arg, body, handler),
    do: :cerl.update_c_try(node, arg, :cerl.try_vars(node), body, :cerl.try_evars(node), handler)
end
