defmodule Escope.Transform do
  @moduledoc """
  The pass of the Erlang compiler that puts the probes in. It runs on Core Erlang, in the compiler's
  process, after Elixir has checked and expanded the module.

  Elixir itself therefore compiles what the source says: types, warnings, documentation and the
  compiler's own optimisations are those of the original. The option `core_transform` is a hook of
  `:compile` that its documentation does not name, from OTP 25 to 28 alike; `:cover` keeps it.
  """

  alias Escope.CallSite

  @doc "Lets the pass run on the module that is being compiled, with `options` for it."
  @spec enable(module) :: :ok
  def enable(module) do
    option = {:core_transform, __MODULE__}

    unless option in Module.get_attribute(module, :compile),
      do: Module.put_attribute(module, :compile, option)

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
    {body, _closures} = tail(body, at, 0)
    :cerl.update_c_fun(fun, :cerl.fun_vars(fun), body)
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

    {:cerl.update_c_clause(clause, :cerl.clause_pats(clause), :cerl.clause_guard(clause), body),
     n}
  end

  defp sequence(expr, {id, :run, name}, %{name: name} = at, n) do
    closure = {:id, {0, 0, :"-#{at.compiled}-escope-#{n}-"}}
    body = :cerl.ann_c_fun([closure], [], :cerl.seq_body(expr))
    {probe(:run, [:cerl.c_int(id) | announced(at)] ++ [body]), n + 1}
  end

  defp sequence(expr, {id, :enter, name}, %{name: name} = at, n) do
    enter = probe(:enter, [:cerl.c_int(id) | announced(at)])
    {:cerl.update_c_seq(expr, enter, :cerl.seq_body(expr)), n}
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
         [id, mode, name] <- :cerl.call_args(expr) do
      {:cerl.concrete(id), :cerl.concrete(mode), :cerl.concrete(name)}
    else
      _ -> nil
    end
  end

  defp announced(at), do: [:cerl.abstract(at.name), :cerl.make_list(at.vars)]

  defp probe(function, args),
    do: :cerl.c_call(:cerl.c_atom(Escope.Probe), :cerl.c_atom(function), args)
end
