defmodule Escope.Transform do
  @moduledoc """
  The pass of the Erlang compiler that puts the probes in. It runs on Core Erlang, in the compiler's
  process, after Elixir has checked and expanded the module.

  Elixir itself therefore compiles what the source says: types, warnings, documentation and the
  compiler's own optimisations are those of the original. The option `core_transform` is a hook of
  `:compile` that its documentation does not name, from OTP 25 to 28 alike; `:cover` keeps it.
  """

  alias Escope.{CallSite, Core}

  @doc "Lets the pass run on the module that is being compiled, with `options` for it."
  @spec enable(module) :: :ok
  def enable(module) do
    # Not asked of `@compile`, which grows with every call site.
    unless Module.get_attribute(module, :"$escope") do
      Module.put_attribute(module, :"$escope", true)
      Module.put_attribute(module, :compile, {:core_transform, __MODULE__})
    end

    :ok
  end

  @doc false
  def core_transform(core, options) do
    module = :cerl.concrete(:cerl.module_name(core))
    sites = CallSite.table(options)

    defs =
      for {name, fun} <- :cerl.module_defs(core),
          do: {name, function(fun, source_function(name, fun, module), sites)}

    :cerl.update_c_module(
      core,
      :cerl.module_name(core),
      :cerl.module_exports(core),
      :cerl.module_attrs(core),
      defs
    )
  end

  # A macro is a function with another name and the caller's environment before its arguments.
  defp source_function(name, fun, module) do
    {compiled, arity} = :cerl.var_name(name)
    vars = :cerl.fun_vars(fun)

    {function, vars} =
      case Atom.to_string(compiled) do
        "MACRO-" <> macro -> {{String.to_atom(macro), arity - 1}, tl(vars)}
        _ -> {{compiled, arity}, vars}
      end

    %{name: {module, function}, compiled: "#{compiled}/#{arity}", vars: vars}
  end

  defp function(fun, at, sites) do
    body = CallSite.wrap_all(:cerl.fun_body(fun), elem(at.name, 1), sites)
    {body, _} = Core.walk(body, nil, &{folded(&1), &2})
    {body, _closures} = tail(body, at, 0)
    :cerl.update_c_fun(fun, :cerl.fun_vars(fun), body)
  end

  # `__STACKTRACE__`: what is rescued in the body never reaches `Escope.Probe`.
  defp folded(node) do
    if :cerl.is_c_primop(node) and :cerl.concrete(:cerl.primop_name(node)) == :build_stacktrace,
      do: :cerl.c_call(:cerl.c_atom(Escope.Stack), :cerl.c_atom(:fold), [node]),
      else: node
  end

  # Marks stand first in the bodies of a function's clauses: in tail position, with everything after
  # them belonging to the clause. `n` counts the closures that were made.
  defp tail(expr, at, n) do
    case :cerl.type(expr) do
      :case ->
        {clauses, n} = Enum.map_reduce(:cerl.case_clauses(expr), n, &clause(&1, at, &2))
        {:cerl.update_c_case(expr, :cerl.case_arg(expr), clauses), n}

      :let ->
        {body, n} = tail(:cerl.let_body(expr), at, n)
        {:cerl.update_c_let(expr, :cerl.let_vars(expr), :cerl.let_arg(expr), body), n}

      :letrec ->
        {body, n} = tail(:cerl.letrec_body(expr), at, n)
        {:cerl.update_c_letrec(expr, :cerl.letrec_defs(expr), body), n}

      :seq ->
        sequence(expr, mark(:cerl.seq_arg(expr)), at, n)

      _ ->
        {expr, n}
    end
  end

  defp clause(clause, at, n) do
    {body, n} = tail(:cerl.clause_body(clause), at, n)
    {Core.with_body(clause, body), n}
  end

  defp sequence(expr, {id, mode, name, locals}, %{name: name} = at, n) do
    body = with_locals(:cerl.seq_body(expr), id, locals)
    announced = [:cerl.c_int(id), :cerl.abstract(at.name), :cerl.make_list(at.vars)]

    case mode do
      :run ->
        closure = {:id, {0, 0, :"-#{at.compiled}-escope-#{n}-"}}
        {Core.probe(:run, announced ++ [:cerl.ann_c_fun([closure], [], body)]), n + 1}

      :enter ->
        {:cerl.update_c_seq(expr, Core.probe(:enter, announced), body), n}
    end
  end

  # No mark, or that of a function which the compiler has put in here: what follows need not be its
  # body, so the mark stays and announces itself at run time.
  defp sequence(expr, _other, at, n) do
    {body, n} = tail(:cerl.seq_body(expr), at, n)
    {:cerl.update_c_seq(expr, :cerl.seq_arg(expr), body), n}
  end

  defp mark(expr) do
    with true <- :cerl.is_c_call(expr),
         {Escope.Probe, :mark} <- CallSite.target(expr),
         [_, _, _, _] = args <- :cerl.call_args(expr) do
      args |> Enum.map(&:cerl.concrete/1) |> List.to_tuple()
    else
      _ -> nil
    end
  end

  defp with_locals(body, _id, []), do: body

  # Patterns bind here; `name = value` is `Escope.Locals`' part. What a closure binds, it binds when
  # it runs.
  defp with_locals(body, id, names) do
    {body, _} = Core.walk(body, nil, &{local(&1, id, names), &2}, &(:cerl.type(&1) != :fun))
    body
  end

  defp local(node, id, names) do
    if :cerl.type(node) == :clause do
      vars = Enum.flat_map(:cerl.clause_pats(node), &pattern_vars/1)
      Core.with_body(node, noted(:cerl.clause_body(node), vars, id, names))
    else
      node
    end
  end

  defp pattern_vars(pattern) do
    :cerl_trees.fold(
      fn part, vars -> if :cerl.is_c_var(part), do: [part | vars], else: vars end,
      [],
      pattern
    )
  end

  defp noted(body, vars, id, names) do
    Enum.reduce(vars, body, fn var, body ->
      name = source_name(:cerl.var_name(var))

      if name in names,
        do: :cerl.c_seq(Core.probe(:local, [:cerl.c_int(id), :cerl.abstract(name), var]), body),
        else: body
    end)
  end

  # Elixir calls the second variable `total` of a function `_total@2`.
  defp source_name(name) when is_atom(name) do
    case Regex.run(~r/\A_(.+)@\d+\z/s, Atom.to_string(name)) do
      [_, name] -> String.to_atom(name)
      nil -> nil
    end
  end

  defp source_name(_number), do: nil
end
