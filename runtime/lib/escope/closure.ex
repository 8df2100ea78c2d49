defmodule Escope.Closure do
  @moduledoc """
  Makes the call of a call probe a closure of its own, and names the closures of probes so that
  `Escope.Stack` can tell whose they are. Used by the passes on Core Erlang, in the compiler's process.

  In the closure stands the call of the source itself, so that the compiler makes of it what it makes
  of the original: `x + 1` is no call of `:erlang.+/2`, and its frames and messages are the original's.
  """

  alias Escope.{Core, Placed}

  # Atoms have no more characters; what is added to a name must fit too.
  @longest 255
  @room 60

  @doc "`expr` with each call of `Escope.Probe.call` given the closure that it runs."
  @spec close(Core.node_()) :: Core.node_()
  def close(expr) do
    {expr, _} = Core.walk(expr, nil, &{closed(&1), &2})
    expr
  end

  defp closed(node) do
    with true <- probe?(node),
         [id, shown | called] <- :cerl.call_args(node),
         {called, [args]} = Enum.split(called, -1),
         true <- called != [] and :cerl.is_c_list(args) do
      bound(id, shown, called, :cerl.list_elements(args), :cerl.get_ann(node))
    else
      _ -> node
    end
  end

  defp probe?(node), do: :cerl.is_c_call(node) and Placed.target(node) == {Escope.Probe, :call}

  # Everything is evaluated once, in its order, outside of the closure.
  defp bound(id, shown, called, args, ann) do
    {called, more} = Enum.map_reduce(called, [], &variable(&1, "called", &2))
    {args, more} = Enum.map_reduce(args, more, &variable(&1, "arg", &2))
    {vars, values} = more |> Enum.reverse() |> Enum.unzip()
    call = call(called, args, List.delete(ann, :compiler_generated))
    given = [id, shown | named(called)] ++ [:cerl.make_list(args), :cerl.c_fun([], call)]
    probe = Core.probe(:call, given, ann)
    if vars == [], do: probe, else: :cerl.c_let(vars, :cerl.c_values(values), probe)
  end

  defp variable(node, kind, bound) do
    if :cerl.type(node) == :literal or :cerl.is_c_fname(node) do
      {node, bound}
    else
      var = :cerl.c_var(:"escope@#{kind}#{length(bound)}")
      {var, [{var, node} | bound]}
    end
  end

  defp call([function], args, ann), do: :cerl.ann_c_apply(ann, function, args)
  defp call([module, name], args, ann), do: :cerl.ann_c_call(ann, module, name, args)

  # The name of a function of the same module is known already.
  defp named([_function]), do: [:cerl.abstract(nil), :cerl.abstract(nil)]
  defp named([module, name]), do: [module, name]

  @doc """
  `body` of the function `owner` ("name/arity") with names for the closures of its call probes. `n`
  counts the closures of probes.

  Where the call is the last thing that its function does, the closure stands for the function: there
  the VM keeps its frame exactly where it would keep the function's.
  """
  @spec name_all(Core.node_(), String.t(), non_neg_integer) :: {Core.node_(), non_neg_integer}
  def name_all(body, owner, n), do: name(body, owner, true, n)

  defp name(node, owner, tail?, n) do
    if probe?(node), do: probe(node, owner, tail?, n), else: parts(node, owner, tail?, n)
  end

  defp probe(node, owner, tail?, n) do
    {args, [closure]} = node |> :cerl.call_args() |> Enum.split(-1)

    if :cerl.is_c_fun(closure) do
      id = {:id, {0, 0, if(tail?, do: of(owner, n), else: site(owner, n))}}
      closure = :cerl.ann_c_fun([id], [], :cerl.fun_body(closure))

      {:cerl.update_c_call(
         node,
         :cerl.call_module(node),
         :cerl.call_name(node),
         args ++ [closure]
       ), n + 1}
    else
      {node, n}
    end
  end

  defp parts(node, owner, tail?, n) do
    case :cerl.type(node) do
      :let ->
        {arg, n} = name(:cerl.let_arg(node), owner, false, n)
        {body, n} = name(:cerl.let_body(node), owner, tail?, n)
        {:cerl.update_c_let(node, :cerl.let_vars(node), arg, body), n}

      :seq ->
        {arg, n} = name(:cerl.seq_arg(node), owner, false, n)
        {body, n} = name(:cerl.seq_body(node), owner, tail?, n)
        {:cerl.update_c_seq(node, arg, body), n}

      :case ->
        {arg, n} = name(:cerl.case_arg(node), owner, false, n)
        {clauses, n} = Enum.map_reduce(:cerl.case_clauses(node), n, &name(&1, owner, tail?, &2))
        {:cerl.update_c_case(node, arg, clauses), n}

      :clause ->
        {body, n} = name(:cerl.clause_body(node), owner, tail?, n)
        {Core.with_body(node, body), n}

      :try ->
        attempt(node, owner, tail?, n)

      :letrec ->
        letrec(node, owner, tail?, n)

      :fun ->
        {body, n} = name(:cerl.fun_body(node), inner(node), true, n)
        {:cerl.update_c_fun(node, :cerl.fun_vars(node), body), n}

      _ ->
        Core.map_parts(node, n, &name(&1, owner, false, &2))
    end
  end

  defp attempt(node, owner, tail?, n) do
    {arg, n} = name(:cerl.try_arg(node), owner, false, n)
    {body, n} = name(:cerl.try_body(node), owner, tail?, n)
    {handler, n} = name(:cerl.try_handler(node), owner, tail?, n)
    vars = :cerl.try_vars(node)
    {:cerl.update_c_try(node, arg, vars, body, :cerl.try_evars(node), handler), n}
  end

  # What the compiler jumps to is part of the function (`receive`, the rest after a `case`).
  defp letrec(node, owner, tail?, n) do
    goto? = :letrec_goto in :cerl.get_ann(node)

    {defs, n} =
      Enum.map_reduce(:cerl.letrec_defs(node), n, fn {var, fun}, n ->
        {body, n} = name(:cerl.fun_body(fun), owner, goto? and tail?, n)
        {{var, :cerl.update_c_fun(fun, :cerl.fun_vars(fun), body)}, n}
      end)

    {body, n} = name(:cerl.letrec_body(node), owner, tail?, n)
    {:cerl.update_c_letrec(node, defs, body), n}
  end

  # As the VM names it: the closure's variables are arguments of its function too.
  defp inner(fun) do
    name = Enum.find_value(:cerl.get_ann(fun), "-anonymous-", &id/1)
    free = Enum.reject(:cerl_trees.free_variables(fun), &is_tuple/1)
    "#{name}/#{:cerl.fun_arity(fun) + length(free)}"
  end

  defp id({:id, {_, _, name}}), do: name
  defp id(_other), do: nil

  @doc "The name of the `n`th closure of `owner` that stands for it in a stack trace."
  @spec of(String.t(), non_neg_integer) :: atom
  def of(owner, n), do: :"-#{short(owner)}-escope-#{n}-"

  @doc "The name of a closure that stands for nothing: the owner's own frame is there too."
  @spec site(String.t(), non_neg_integer) :: atom
  def site(owner, n), do: :"-#{short(owner)}-escope-site-#{n}-"

  # The arity and a hash tell it from others.
  defp short(owner) do
    if String.length(owner) + @room > @longest do
      [arity | _] = owner |> String.split("/") |> Enum.reverse()
      "#{String.slice(owner, 0, @longest - 2 * @room)}~#{hash(owner)}/#{arity}"
    else
      owner
    end
  end

  @doc "What tells a name that was too long from others."
  @spec hash(String.t()) :: String.t()
  def hash(owner), do: Base.encode16(:erlang.md5(owner), case: :lower)
end
