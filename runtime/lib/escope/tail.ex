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

  @doc "A function with its marks."
  @spec mark(Core.node_()) :: Core.node_()
  def mark(fun), do: function(fun, true)

  @doc "What a frame's file is marked as, and the file itself."
  @spec read(charlist) :: {:tail | :continued, charlist} | nil
  def read(@continued ++ file), do: {:continued, file}
  def read(@mark ++ file), do: {:tail, file}
  def read(_file), do: nil

  @doc "The file of a frame after which there are more."
  @spec continued(charlist) :: charlist
  def continued(file), do: @continued ++ file

  defp in_tail(node, tail?) do
    case :cerl.type(node) do
      :let ->
        arg = in_tail(:cerl.let_arg(node), false)
        body = in_tail(:cerl.let_body(node), tail?)
        :cerl.update_c_let(node, :cerl.let_vars(node), arg, body)

      :seq ->
        arg = in_tail(:cerl.seq_arg(node), false)
        :cerl.update_c_seq(node, arg, in_tail(:cerl.seq_body(node), tail?))

      :case ->
        clauses = for clause <- :cerl.case_clauses(node), do: in_tail(clause, tail?)
        :cerl.update_c_case(node, in_tail(:cerl.case_arg(node), false), clauses)

      :clause ->
        Core.with_body(node, in_tail(:cerl.clause_body(node), tail?))

      :try ->
        attempt(node, tail?)

      :letrec ->
        letrec(node, tail?)

      :fun ->
        function(node, true)

      _ ->
        {node, _} = Core.map_parts(node, nil, &{in_tail(&1, false), &2})
        node
    end
  end

  defp function(fun, tail?),
    do: :cerl.update_c_fun(fun, :cerl.fun_vars(fun), in_tail(:cerl.fun_body(fun), tail?))

  # What the compiler jumps to is part of the function (`receive`, the rest after a `case`).
  defp letrec(node, tail?) do
    tail_there? = tail? or :letrec_goto not in :cerl.get_ann(node)
    defs = for {var, fun} <- :cerl.letrec_defs(node), do: {var, function(fun, tail_there?)}
    :cerl.update_c_letrec(node, defs, in_tail(:cerl.letrec_body(node), tail?))
  end

  defp attempt(node, tail?) do
    if Inline.ours?(node) do
      call = :cerl.try_arg(node)
      if tail? and loses_frame?(call), do: marked(node, call), else: node
    else
      body = in_tail(:cerl.try_body(node), tail?)
      handler = in_tail(:cerl.try_handler(node), tail?)
      update(node, in_tail(:cerl.try_arg(node), false), body, handler)
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

  defp marked(node, call) do
    {before, rest} = call |> :cerl.get_ann() |> Enum.split_while(&(not match?({:file, _}, &1)))

    case rest do
      [{:file, file} | rest] when length(file) <= @longest ->
        call = :cerl.set_ann(call, before ++ [{:file, @mark ++ file} | rest])
        raised = :cerl.try_handler(node)
        raised = Core.probe(:reraise_tail, :cerl.call_args(raised))
        update(node, call, :cerl.try_body(node), raised)

      _ ->
        node
    end
  end

  defp update(node, arg, body, handler),
    do: :cerl.update_c_try(node, arg, :cerl.try_vars(node), body, :cerl.try_evars(node), handler)
end
