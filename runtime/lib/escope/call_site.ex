defmodule Escope.CallSite do
  @moduledoc """
  Call-site probes: `Escope.call` leaves the call as it is and notes its place; `Escope.Transform`
  finds the compiled call there and puts the probe round it. Both run in the compiler's process.

  The place is the function, the line (with the column, where the compiler keeps it) and what is called. Where
  the compiler has removed or moved the call into another function, it stays without a probe.
  """

  alias Escope.{Core, Transform}

  # What Elixir compiles into a call with other arguments or another order of them: the compiled
  # function, and which of its arguments are the source's, in their order. From elixir_rewrite.erl.
  @rewritten %{
    {Map, :delete, 2} => {:maps, :remove, [1, 0]},
    {Map, :fetch, 2} => {:maps, :find, [1, 0]},
    {Map, :fetch!, 2} => {:maps, :get, [1, 0]},
    {Map, :has_key?, 2} => {:maps, :is_key, [1, 0]},
    {Port, :monitor, 1} => {:erlang, :monitor, [1]},
    {Process, :group_leader, 2} => {:erlang, :group_leader, [1, 0]},
    {Process, :monitor, 1} => {:erlang, :monitor, [1]},
    {Process, :send_after, 3} => {:erlang, :send_after, [1, 2, 0]},
    {Process, :send_after, 4} => {:erlang, :send_after, [1, 2, 0, 3]},
    {String, :to_atom, 1} => {:erlang, :binary_to_atom, [0]},
    {String, :to_existing_atom, 1} => {:erlang, :binary_to_existing_atom, [0]},
    {Tuple, :duplicate, 2} => {:erlang, :make_tuple, [1, 0]}
  }

  # What Elixir compiles into no call.
  @code [
    {Kernel, :elem, 2},
    {Kernel, :put_elem, 3},
    {Map, :put, 3},
    {Map, :replace!, 3},
    {Tuple, :delete_at, 2},
    {Tuple, :insert_at, 3}
  ]

  @type mode :: :run | :enter

  @doc """
  Notes `call`, which stands in `env`'s function. False where no call will be left of it: it is a
  macro, a form of the language, or what Elixir writes out.
  """
  @spec note(integer, mode, Macro.t(), Macro.Env.t()) :: boolean
  def note(id, mode, call, env) do
    target = called(call, env)
    target not in [nil | @code] and note(id, mode, call, target, env)
  end

  defp note(id, mode, {_, meta, args}, target, env) do
    site = %{
      function: env.function,
      place: place(meta),
      compiled: [target | compiled(target, args)],
      shown: shown(target, env),
      id: id,
      mode: mode,
      inner: inner(args)
    }

    Transform.enable(env.module)
    Module.put_attribute(env.module, :compile, {:escope_call, site})
    true
  end

  defp place(meta) do
    case {meta[:line], meta[:column]} do
      {line, nil} -> line
      {line, column} -> {line, column}
    end
  end

  # Calls of the arguments are evaluated first.
  defp inner(args) do
    {_, ids} =
      Macro.prewalk(args, [], fn
        {{:., _, [{:__aliases__, _, name}, call]}, _, [_ | _] = args} = node, ids
        when call in [:call, :expr] and name in [[:Escope], [:"Elixir", :Escope]] ->
          {node, Enum.filter(args, &is_integer/1) ++ ids}

        node, ids ->
          {node, ids}
      end)

    ids
  end

  defp called({{:., _, [module, name]}, _, args}, env) when is_atom(name) do
    case Macro.expand(module, env) do
      module when is_atom(module) ->
        target = {module, name, length(args)}
        if remote_macro?(target, env), do: nil, else: target

      _ ->
        {:_, name, length(args)}
    end
  end

  defp called({name, _, args} = call, env) when is_atom(name) and is_list(args) do
    unless Macro.special_form?(name, length(args)) or name == :super or macro?(call, env),
      do: {imported({name, length(args)}, env), name, length(args)}
  end

  defp called(_other, _env), do: nil

  defp imported(call, env) do
    Enum.find_value(env.functions, fn {module, calls} -> if call in calls, do: module end)
  end

  @doc """
  Whether `call` is one of a macro, as far as `env` knows. It only looks: to expand an alias here would
  count as its use, and a warning would be lost.
  """
  @spec macro?(Macro.t(), Macro.Env.t()) :: boolean
  def macro?({{:., _, [module, name]}, _, args}, env) when is_atom(name),
    do: remote_macro?({resolve(module, env), name, length(args)}, env)

  def macro?({name, _, args}, env) when is_atom(name) and is_list(args) do
    call = {name, length(args)}

    Enum.any?(env.macros, fn {_, calls} -> call in calls end) or
      Enum.any?([:defmacro, :defmacrop], &Module.defines?(env.module, call, &1))
  end

  def macro?(_other, _env), do: false

  # Escope's own are none of the source's.
  defp remote_macro?({module, name, arity}, env) do
    module in env.requires and module != Escope and Code.ensure_loaded?(module) and
      function_exported?(module, :__info__, 1) and {name, arity} in module.__info__(:macros)
  end

  defp resolve({:__aliases__, _, [head | rest]}, env) when is_atom(head) do
    alias_name = Module.concat([head])
    {_, module} = List.keyfind(env.aliases, alias_name, 0, {alias_name, alias_name})
    if Enum.all?(rest, &is_atom/1), do: Module.concat([module | rest])
  end

  defp resolve(module, _env), do: module

  # The names under which the compiled module may call it.
  defp compiled({:erlang, :apply, 3}, args), do: applied(args)
  defp compiled({Kernel, :apply, 3}, args), do: [{:erlang, :apply, 3} | applied(args)]

  defp compiled({module, name, arity} = target, _args) do
    rewritten =
      case @rewritten do
        %{^target => {module, name, order}} ->
          for n <- length(order)..(length(order) + 1), do: {module, name, n}

        _ ->
          []
      end

    case function_exported?(:elixir_rewrite, :inline, 3) and
           :elixir_rewrite.inline(module, name, arity) do
      {module, name} -> [{module, name, arity} | rewritten]
      false -> rewritten
    end
  end

  # The compiler makes a direct call of it where the arguments are a list in the source.
  defp applied([module, name, args]) when is_atom(name) and is_list(args) do
    module = if is_atom(module), do: module, else: :_
    [{module, name, length(args)}]
  end

  defp applied(_args), do: []

  # The name and the order of arguments that the source has. Without a name run time decides.
  defp shown({module, :apply, 3}, _env) when module in [Kernel, :erlang], do: {nil, nil}
  defp shown({:_, _name, _arity}, _env), do: {nil, nil}
  defp shown({nil, name, arity}, env), do: {{env.module, {name, arity}}, nil}

  defp shown({module, name, arity} = target, _env) do
    order = with %{^target => {_module, _name, order}} <- @rewritten, do: order
    {{module, {name, arity}}, if(is_list(order), do: order)}
  end

  @doc "The noted places, by function."
  @spec table(list) :: %{{atom, arity} => [map]}
  def table(options) do
    sites = for {:escope_call, site} <- options, uniq: true, do: site
    Enum.group_by(sites, & &1.function)
  end

  @doc "The body of `function` with a probe round each noted call."
  @spec wrap_all(:cerl.cerl(), {atom, arity}, map) :: :cerl.cerl()
  def wrap_all(body, function, table) do
    case table do
      %{^function => sites} -> body |> Core.walk(by_line(sites, body), &wrap_one/2) |> elem(0)
      _ -> body
    end
  end

  # The sites of each line that can be told from whatever else the line calls.
  defp by_line(sites, body) do
    calls = calls(body)
    columns? = Enum.any?(calls, &is_tuple(place_of(&1)))
    calls = Enum.group_by(calls, &line(place_of(&1)))

    sites
    |> Enum.filter(&(is_tuple(&1.place) or not columns?))
    |> Enum.map(&Map.put(&1, :columns?, columns?))
    |> Enum.group_by(&line(&1.place))
    |> Map.new(fn {line, sites} ->
      {line, sites |> certain(Map.get(calls, line, []), columns?) |> inner_first()}
    end)
  end

  defp calls(body) do
    {_, calls} = Core.walk(body, [], &{&1, if(call?(&1), do: [&1 | &2], else: &2)})
    calls
  end

  defp call?(node), do: :cerl.type(node) in [:call, :apply]

  # Calls that nobody chose may stand on a site's line, or come from a macro there. With columns
  # only what has the site's column is the site's; without, a line that has more calls of that
  # function than sites has none that is certain. Copies, as of an `after`, count as one.
  defp certain(sites, calls, columns?) do
    Enum.filter(sites, fn site ->
      found = for call <- calls, here?(site, call, columns?), uniq: true, do: bare(call)
      length(found) <= Enum.count(sites, &same_site?(&1, site, columns?))
    end)
  end

  defp same_site?(site, other, columns?) do
    hd(site.compiled) == hd(other.compiled) and
      same_place?(site.place, other.place, columns?)
  end

  defp bare(call), do: :cerl_trees.map(&:cerl.set_ann(&1, []), call)

  # Registered as they were expanded, from the outside in.
  defp inner_first(sites) do
    by_id = Map.new(sites, &{&1.id, &1})
    {ordered, _} = Enum.reduce(sites, {[], %{}}, &visit(&1, by_id, &2))
    Enum.reverse(ordered)
  end

  defp visit(%{id: id}, _by_id, {_, seen} = done) when is_map_key(seen, id), do: done

  defp visit(site, by_id, {ordered, seen}) do
    inner = for id <- site.inner, inner = by_id[id], do: inner

    {ordered, seen} =
      Enum.reduce(inner, {ordered, Map.put(seen, site.id, true)}, &visit(&1, by_id, &2))

    {[site | ordered], seen}
  end

  defp wrap_one(node, lines) do
    line = call?(node) && line(place_of(node))

    case lines do
      %{^line => sites} ->
        {node, sites} = wrap(node, sites)
        {node, %{lines | line => sites}}

      _ ->
        {node, lines}
    end
  end

  # Several share a place where there are no columns: their order tells them apart. The last one
  # stays, for the compiler copies the code of an `after`.
  defp wrap(node, sites) do
    case Enum.filter(sites, &here?(&1, node, &1.columns?)) do
      [] -> {node, sites}
      [site] -> {wrapped(site.mode, site, node), sites}
      [site | _] -> {wrapped(site.mode, site, node), List.delete(sites, site)}
    end
  end

  defp wrapped(:run, site, node),
    do: probe(:call, site, node, args(node))

  defp wrapped(:enter, site, node) do
    vars = for n <- 1..length(args(node))//1, do: :cerl.c_var(:"escope@#{n}")
    node_of_vars = :cerl.update_tree(node, List.replace_at(:cerl.subtrees(node), -1, vars))
    body = :cerl.c_seq(probe(:enter_call, site, node, vars), node_of_vars)
    if vars == [], do: body, else: :cerl.c_let(vars, :cerl.c_values(args(node)), body)
  end

  defp callee(site, node) do
    case :cerl.type(node) do
      :call -> [:cerl.abstract(site.shown), :cerl.call_module(node), :cerl.call_name(node)]
      :apply -> [:cerl.abstract(site.shown), :cerl.apply_op(node)]
    end
  end

  defp args(node), do: List.last(:cerl.subtrees(node))

  defp probe(function, site, node, args) do
    args = [:cerl.c_int(site.id)] ++ callee(site, node) ++ [:cerl.make_list(args)]
    Core.probe(function, args, :cerl.get_ann(node))
  end

  defp here?(site, node, columns?) do
    same_place?(place_of(node), site.place, columns?) and
      Enum.any?(site.compiled, &calls?(&1, target(node), arity(node)))
  end

  defp calls?({:_, name, arity}, {_, name}, arity), do: true
  defp calls?({module, name, arity}, {module, name}, arity), do: true
  defp calls?(_, _, _), do: false

  defp same_place?(place, other, true), do: place == other
  defp same_place?(place, other, false), do: line(place) == line(other)

  defp line({line, _column}), do: line
  defp line(line), do: line

  defp place_of(node) do
    Enum.find(:cerl.get_ann(node), fn
      {line, column} -> is_integer(line) and is_integer(column)
      other -> is_integer(other)
    end)
  end

  @doc "What a call in Core Erlang calls; `:_` for a module that run time decides on."
  @spec target(:cerl.cerl()) :: {module | nil, atom} | nil
  def target(node) do
    case :cerl.type(node) do
      :call -> {concrete(:cerl.call_module(node)), concrete(:cerl.call_name(node))}
      :apply -> local_target(:cerl.apply_op(node))
    end
  end

  defp concrete(atom), do: if(:cerl.is_c_atom(atom), do: :cerl.concrete(atom), else: :_)

  defp local_target(operator) do
    case :cerl.is_c_fname(operator) and :cerl.var_name(operator) do
      {name, _arity} -> {nil, name}
      _ -> nil
    end
  end

  defp arity(node) do
    case :cerl.type(node) do
      :call -> :cerl.call_arity(node)
      :apply -> :cerl.apply_arity(node)
    end
  end
end
