defmodule Escope.Rebuild do
  @moduledoc """
  Compiles the functions with marked calls and expressions once more, with their probes. Called by
  `Escope.Transform` in the compiler's process, after Elixir and the compiler have said of the
  original all that they say.

  The definitions, as Elixir has expanded them, are among the compiler's options: they are what
  Elixir would write to the debug chunk. `elixir_erl`, as the backend of that chunk, makes Erlang's
  forms of them.
  """

  alias Escope.Weave

  @type functions :: %{{atom, arity} => :cerl.c_fun()}

  @doc "The functions that have probes now, and the ids of these; `:none` where there are no definitions."
  @spec functions(keyword) :: {functions, [integer]} | :none
  def functions(options) do
    case List.keyfind(options, :debug_info, 0) do
      {:debug_info, {:elixir_erl, {:elixir_v1, map, _specs}}} -> rebuild(map)
      _ -> :none
    end
  end

  defp rebuild(map) do
    {definitions, ids} =
      Enum.map_reduce(map.definitions, [], fn definition, ids ->
        {woven, more} = Weave.definition(definition)
        {{woven, more != []}, more ++ ids}
      end)

    {compiled(map, for({definition, true} <- definitions, do: definition)), ids}
  end

  defp compiled(_map, []), do: %{}

  defp compiled(map, changed) do
    names = MapSet.new(changed, &compiled_name/1)

    for {name, fun} <- :cerl.module_defs(core(%{map | definitions: changed})),
        name = :cerl.var_name(name),
        name in names,
        into: %{},
        do: {name, fun}
  end

  # As `elixir_erl_compiler` and `:compile` do it. That functions are called which are not there does not matter yet.
  defp core(map) do
    data = {:elixir_v1, %{map | compile_opts: []}, []}
    {:ok, forms} = :elixir_erl.debug_info(:erlang_v1, map.module, data, [])
    {:ok, core, _warnings} = :v3_core.module(forms, [:no_auto_import])
    core = opened(core)
    {:ok, core, _warnings} = :sys_core_fold.module(core, [])
    core
  end

  defp opened(core) do
    defs = for {name, fun} <- :cerl.module_defs(core), do: {name, Escope.Inline.open(fun)}
    name = :cerl.module_name(core)
    :cerl.update_c_module(core, name, :cerl.module_exports(core), :cerl.module_attrs(core), defs)
  end

  defp compiled_name({{name, arity}, kind, _meta, _clauses}) when kind in [:defmacro, :defmacrop],
    do: {:"MACRO-#{name}", arity + 1}

  defp compiled_name({name, _kind, _meta, _clauses}), do: name
end
