defmodule Escope.Placed do
  @moduledoc """
  Puts probes on calls where nothing but Core Erlang is there: `:cover` compiles what the module's
  debug chunk says. Called by `Escope.Transform` in the compiler's process.

  A call is found by its function, its line (with the column, where the compiler keeps it) and what is called.
  """

  alias Escope.Core

  @doc "The noted places, by function."
  @spec table(list) :: %{{atom, arity} => [map]}
  def table(options) do
    sites = for {:escope_site, %{call: %{}} = site} <- options, uniq: true, do: site
    Enum.group_by(sites, & &1.function, &Map.merge(&1, &1.call))
  end

  @doc "The function `fun` with a probe round each noted call that is certain, and the ids of these."
  @spec wrap_all(:cerl.cerl(), {atom, arity}, map) :: {:cerl.cerl(), [integer]}
  def wrap_all(fun, function, table) do
    case table do
      %{^function => sites} ->
        body = :cerl.fun_body(fun)
        {body, {_, ids}} = Core.walk(body, {by_line(sites, body), []}, &wrap_one/2)
        {Escope.Inline.open(:cerl.update_c_fun(fun, :cerl.fun_vars(fun), body)), ids}

      _ ->
        {fun, []}
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

  defp wrap_one(node, {lines, ids}) do
    line = call?(node) && line(place_of(node))

    with %{^line => sites} <- lines,
         [site | more] <- Enum.filter(sites, &here?(&1, node, &1.columns?)) do
      # Several share a place where there are no columns: their order tells them apart. The last one
      # stays, for the compiler copies the code of an `after`.
      left = if more == [], do: sites, else: List.delete(sites, site)
      {wrapped(site.mode, site, node), {%{lines | line => left}, [site.id | ids]}}
    else
      _ -> {node, {lines, ids}}
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
