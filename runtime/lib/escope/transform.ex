defmodule Escope.Transform do
  @moduledoc """
  The pass of the Erlang compiler that puts the probes in. It runs on Core Erlang, in the compiler's
  process, after Elixir has checked and expanded the module.

  Elixir itself therefore compiles what the source says: types, warnings, documentation and the
  compiler's own optimisations are those of the original. The option `core_transform` is a hook of
  `:compile` that its documentation does not name, from OTP 25 to 28 alike; `:cover` keeps it.
  """

  @locals "no variables: nothing but the debug chunk is compiled (`:cover`, `debug_info: false`)"
  @undecided "nothing but the debug chunk is compiled (`:cover`, `debug_info: false`), in which it cannot be told from other code"

  alias Escope.{Closure, Core, Inline, Names, Placed, Rebuild, Reload, Report, Tail}

  @doc "Lets the pass run on the module that is being compiled, with `options` for it."
  @spec enable(module) :: :ok
  def enable(module) do
    # Not asked of `@compile`, which grows with every call site.
    unless Module.get_attribute(module, :"$escope") do
      Module.put_attribute(module, :"$escope", true)
      Module.put_attribute(module, :compile, {:core_transform, __MODULE__})
      # Which manifest knows its probes: `Escope.Reload` asks when the module has been loaded.
      if version = Reload.version(),
        do: Module.put_attribute(module, :compile, {:escope, version})
    end

    :ok
  end

  @doc "Hands `option` to the pass, with the module's compile options; it will need the definitions."
  @spec request(module, {atom, term}) :: :ok
  def request(module, option) do
    unless Module.get_attribute(module, :"$escope_definitions") do
      Module.put_attribute(module, :"$escope_definitions", true)
      Module.put_attribute(module, :compile, {:debug_info, true})
    end

    Module.put_attribute(module, :compile, option)
  end

  @doc false
  def core_transform(core, options) do
    module = :cerl.concrete(:cerl.module_name(core))
    functions = with_sites(:cerl.module_defs(core), options)

    defs =
      for {name, fun} <- functions,
          do: {name, function(fun, source_function(name, fun, module))}

    :cerl.update_c_module(
      core,
      :cerl.module_name(core),
      :cerl.module_exports(core),
      :cerl.module_attrs(core),
      defs
    )
  end

  # Only what has calls, expressions or variables to be recorded costs a second compilation.
  defp with_sites(functions, options) do
    if Enum.any?(options, &site?/1),
      do: for({name, fun} <- rebuilt(functions, options), do: {name, Tail.mark(fun)}),
      else: functions
  end

  defp site?({option, _}), do: option in [:escope_site, :escope_locals]
  defp site?(_option), do: false

  defp rebuilt(functions, options) do
    case Rebuild.functions(options) do
      {probed, ids} ->
        missed(
          functions,
          options,
          &(&1.id in ids),
          "nothing of it is left, or it is part of something else"
        )

        for {name, fun} <- functions, do: {name, instead(probed, :cerl.var_name(name), fun)}

      :none ->
        placed(functions, options)
    end
  end

  defp instead(probed, name, fun) do
    with %{^name => with_probes} <- probed, do: Names.take(with_probes, fun), else: (_ -> fun)
  end

  defp placed(functions, options) do
    table = Placed.table(options)

    {functions, ids} =
      Enum.map_reduce(functions, [], fn {name, fun}, ids ->
        {fun, more} = Placed.wrap_all(fun, :cerl.var_name(name), table)
        {{name, fun}, more ++ ids}
      end)

    missed(functions, options, &(&1.id in ids), @undecided)

    for {:escope_locals, site} <- Enum.uniq(options),
        do: Report.left(site.file, site.line, @locals)

    functions
  end

  # Of functions that nobody calls nothing is compiled.
  defp missed(functions, options, seen?, reason) do
    compiled = MapSet.new(functions, fn {name, _} -> :cerl.var_name(name) end)

    for {:escope_site, site} <- Enum.uniq(options),
        site.function in compiled,
        not seen?.(site),
        do: Report.left(site.file, site.line, reason)
  end

  # A macro is a function with another name and the caller's environment before its arguments.
  defp source_function(name, fun, module) do
    {compiled, arity} = :cerl.var_name(name)
    vars = :cerl.fun_vars(fun)

    {function, vars} =
      case Atom.to_string(compiled) do
        "MACRO-" <> macro -> {{source_name(macro), arity - 1}, tl(vars)}
        name -> {{source_name(name), arity}, vars}
      end

    %{
      name: {module, function},
      compiled: "#{compiled}/#{arity}",
      vars: vars,
      place: Inline.place(fun)
    }
  end

  # What `defoverridable` has put aside for `super`, as `attr` of Phoenix.Component does.
  defp source_name(name) do
    [source | _] = Regex.split(~r/ \(overridable \d+\)\z/, name)
    String.to_atom(source)
  end

  defp function(fun, at) do
    {body, _} = Core.walk(:cerl.fun_body(fun), nil, &{folded(&1), &2})
    {body, _closures} = tail(body, at, 0)
    :cerl.update_c_fun(fun, :cerl.fun_vars(fun), body)
  end

  # `__STACKTRACE__`: what is rescued in the body never reaches `Escope.Probe`.
  defp folded(node) do
    if :cerl.is_c_primop(node) and :cerl.concrete(:cerl.primop_name(node)) == :build_stacktrace and
         not Inline.ours?(node),
       do: Core.probe(:stacktrace, [node, Core.current_stack()]),
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

  defp sequence(expr, {id, mode, name, _locals}, %{name: name} = at, n) do
    body = :cerl.seq_body(expr)
    announced = [:cerl.c_int(id), :cerl.abstract(at.name), :cerl.make_list(at.vars)]

    if mode in [:run, :run_macro] do
      closure = {:id, {0, 0, Closure.of(at.compiled, n)}}
      {run(mode, announced, :cerl.ann_c_fun([closure | at.place], [], body)), n + 1}
    else
      {:cerl.update_c_seq(
         expr,
         if_there(mode, Core.probe(mode, announced, at.place), :cerl.abstract(:ok)),
         body
       ), n}
    end
  end

  # No mark, or that of a function which the compiler has put in here: what follows need not be its
  # body, so the mark stays and announces itself at run time.
  defp sequence(expr, _other, at, n) do
    {body, n} = tail(:cerl.seq_body(expr), at, n)
    {:cerl.update_c_seq(expr, :cerl.seq_arg(expr), body), n}
  end

  defp run(:run_macro, announced, closure) do
    body = :cerl.c_var(:escope@body)
    probe = Core.probe(:run_macro, announced ++ [body])
    :cerl.c_let([body], closure, if_there(:run_macro, probe, :cerl.c_apply(body, [])))
  end

  defp run(:run, announced, closure), do: Core.probe(:run, announced ++ [closure])

  # Macros are expanded in compilations of others, too.
  defp if_there(mode, probe, otherwise) when mode in [:run_macro, :enter_macro] do
    load =
      :cerl.c_call(:cerl.c_atom(:code), :cerl.c_atom(:ensure_loaded), [:cerl.c_atom(Escope.Probe)])

    loaded = :cerl.c_tuple([:cerl.c_atom(:module), :cerl.c_atom(Escope.Probe)])
    absent = :cerl.c_var(:escope@absent)
    :cerl.c_case(load, [:cerl.c_clause([loaded], probe), :cerl.c_clause([absent], otherwise)])
  end

  defp if_there(:enter, probe, _otherwise), do: probe

  defp mark(expr) do
    with true <- :cerl.is_c_call(expr),
         {Escope.Probe, :mark} <- Placed.target(expr),
         [_, _, _, _] = args <- :cerl.call_args(expr) do
      args |> Enum.map(&:cerl.concrete/1) |> List.to_tuple()
    else
      _ -> nil
    end
  end
end
