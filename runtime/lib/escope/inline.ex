defmodule Escope.Inline do
  @moduledoc """
  Puts the probe of a call round it, into the function that makes it. Used by the passes on Core
  Erlang, in the compiler's process.

  What is compiled is the call of the source itself: `x + 1` is no call of `:erlang.+/2`, a reference
  that a `receive` waits for is known to the compiler, and frames and messages are the original's.
  """

  alias Escope.{Core, Placed}

  # Tells the `try` of a probe, and what stands in it, from the source's.
  @ours :escope

  @doc "The function `fun` with each call of `Escope.Probe.call` in it replaced by the probed call."
  @spec open(Core.node_()) :: Core.node_()
  def open(fun) do
    place = place(fun)
    {body, _} = Core.walk(:cerl.fun_body(fun), 0, &opened(&1, &2, place))
    :cerl.update_c_fun(fun, :cerl.fun_vars(fun), body)
  end

  @doc "Where a function stands: the VM tells of it where it knows no better."
  @spec place(Core.node_()) :: list
  def place(fun), do: Enum.filter(:cerl.get_ann(fun), &(is_integer(&1) or place?(&1)))

  defp place?({line, column}) when is_integer(line) and is_integer(column), do: true
  defp place?({:file, _}), do: true
  defp place?(_), do: false

  @spec ours?(Core.node_()) :: boolean
  def ours?(node), do: @ours in :cerl.get_ann(node)

  defp opened(node, n, place) do
    with true <- :cerl.is_c_call(node) and Placed.target(node) == {Escope.Probe, :call},
         [id, shown | called] <- :cerl.call_args(node),
         {called, [args]} = Enum.split(called, -1),
         true <- called != [] and :cerl.is_c_list(args) do
      {bound(id, shown, called, :cerl.list_elements(args), :cerl.get_ann(node), {n, place}),
       n + 1}
    else
      _ -> {node, n}
    end
  end

  # Everything is evaluated once, in its order, before the call is noted.
  defp bound(id, shown, called, args, ann, {n, place}) do
    {called, more} = called |> function() |> Enum.map_reduce([], &variable(&1, "called", n, &2))
    {args, more} = Enum.map_reduce(args, more, &variable(&1, "arg", n, &2))
    {vars, values} = more |> Enum.reverse() |> Enum.unzip()
    call = call(called, args, List.delete(ann, :compiler_generated))
    given = [id, shown | named(called)] ++ [:cerl.make_list(args)]

    probed =
      if reference?(call),
        do: noted(given, call, n),
        else: attempt(id, Core.probe(:open_call, given, place), call, n)

    if vars == [], do: probed, else: :cerl.c_let(vars, :cerl.c_values(values), probed)
  end

  defp attempt(id, open, call, n) do
    [opened, result] = vars(~w(opened result), n)
    left = Core.probe(:leave_call, [opened, id, result], :cerl.get_ann(call))
    :cerl.c_let([opened], open, guarded(call, result, left, {:reraise_call, [opened, id]}, n))
  end

  @doc "A probed call that ends its function, as `Escope.Tail` has marked it: what it raises has no frame of that."
  @spec tail(Core.node_(), Core.node_()) :: Core.node_()
  def tail(node, call) do
    given = :cerl.call_args(:cerl.try_handler(node)) ++ [Core.current_stack()]
    {vars, evars} = {:cerl.try_vars(node), :cerl.try_evars(node)}
    raised = Core.probe(:reraise_tail, given)
    :cerl.update_c_try(node, call, vars, :cerl.try_body(node), evars, raised)
  end

  @doc "The same of a call without a probe, which would end its function, were there no probe of the value."
  @spec followed(Core.node_()) :: Core.node_()
  def followed(call) do
    [result] = vars(~w(result), "")
    raised = {:reraise_call, [:cerl.abstract(nil), :cerl.c_int(0)]}
    call |> guarded(result, result, raised, "") |> tail(call)
  end

  defp guarded(node, result, left, {reraise, given}, n) do
    [class, reason, stack] = exception = vars(~w(class reason stack), n)
    stack = :cerl.ann_c_primop([@ours], :cerl.c_atom(:build_stacktrace), [stack])
    raised = Core.probe(reraise, given ++ [class, reason, stack])
    :cerl.ann_c_try([@ours], node, [result], left, exception, raised)
  end

  defp vars(names, n), do: for(name <- names, do: :cerl.c_var(:"escope@#{name}#{n}"))

  # The compiler follows a reference from where it is made to the `receive` that waits for it, so that
  # what was in the mailbox before is passed over; not out of a `try`. They take no time.
  defp reference?(call) do
    :cerl.type(call) == :call and
      Placed.target(call) in [erlang: :monitor, erlang: :make_ref, erlang: :alias]
  end

  defp noted(given, call, n) do
    result = :cerl.c_var(:"escope@result#{n}")
    noted = Core.probe(:called, given ++ [result], :cerl.get_ann(call))
    :cerl.c_let([result], call, :cerl.c_seq(noted, result))
  end

  defp variable(node, kind, n, bound) do
    if :cerl.type(node) == :literal or :cerl.is_c_fname(node) do
      {node, bound}
    else
      var = :cerl.c_var(:"escope@#{kind}#{n}_#{length(bound)}")
      {var, [{var, node} | bound]}
    end
  end

  # A function of the module is given as its name: a closure of it would have a number.
  defp function([node]),
    do: if(:cerl.is_literal(node), do: [:cerl.c_var(:cerl.concrete(node))], else: [node])

  defp function(called), do: called

  defp call([function], args, ann), do: :cerl.ann_c_apply(ann, function, args)
  defp call([module, name], args, ann), do: :cerl.ann_c_call(ann, module, name, args)

  # The name of a function of the same module is known already.
  defp named([_function]), do: [:cerl.abstract(nil), :cerl.abstract(nil)]
  defp named([module, name]), do: [module, name]
end
