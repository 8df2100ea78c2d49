defmodule Escope.Trace.Targets do
  @moduledoc """
  Finds the functions that rules ask to be traced among the modules that are loaded. Used by `Escope.Trace`.

  A module with probes of its own is left out: its calls are recorded already.
  """

  # Rules name Elixir's.
  @same %{gen_server: GenServer, supervisor: Supervisor, application: Application}

  @typedoc "A name, or a regular expression that it has to match."
  @type name :: atom | Regex.t()

  @typedoc "One target of a rule: its probe, which modules, which functions, of which arity, and whose callbacks they have to be."
  @type t :: {integer, name, name, arity | nil, behaviour :: module | nil}

  @doc "Reads what `policies.terms` says of a target."
  @spec read(tuple) :: t
  def read({:trace, id, module, name, arity, behaviour}) when is_integer(id),
    do: {id, named(module), named(name), unless(arity == :any, do: arity), behaviour(behaviour)}

  defp named(name) when is_atom(name), do: name
  defp named(regex) when is_binary(regex), do: Regex.compile!(regex, "u")

  defp behaviour(:any), do: nil
  defp behaviour(module) when is_atom(module), do: module

  @doc "Loads the modules that are named outright: otherwise their first calls would be missed."
  @spec load([t]) :: term
  def load(targets) do
    for {_, module, _, _, _} when is_atom(module) <- targets, do: Code.ensure_loaded(module)
  end

  @doc "The functions that the targets mean, with their probes, up to `most`; the first target that means one has it."
  @spec find([t], pos_integer) :: %{mfa => integer}
  def find(targets, most) do
    modules = for {module, _file} <- :code.all_loaded(), do: {module, text(module)}

    targets
    |> Enum.flat_map(&meant(&1, modules))
    |> Enum.uniq_by(&elem(&1, 0))
    |> Enum.take(most)
    |> Map.new()
  end

  defp meant({id, module, name, arity, behaviour}, modules) do
    for {loaded, text} <- modules,
        fits?(module, loaded, text),
        not own?(loaded),
        {function, n} <- functions(loaded, behaviour),
        arity in [nil, n] and fits?(name, function, Atom.to_string(function)),
        do: {{loaded, function, n}, id}
  end

  defp fits?(name, found, _text) when is_atom(name), do: name == found
  defp fits?(regex, _found, text), do: Regex.match?(regex, text)

  # As rules have it: without `Elixir.`, those of Erlang with their colon.
  defp text(module) do
    case Atom.to_string(module) do
      "Elixir." <> name -> name
      name -> ":" <> name
    end
  end

  # Ours, what tracing itself needs, and what has probes.
  defp own?(module) when module in [:erlang, :erts_internal, :trace, Escope], do: true

  defp own?(module) do
    String.starts_with?(Atom.to_string(module), "Elixir.Escope.") or probed?(module)
  end

  # Files are read once: the modules are looked at every second.
  defp probed?(module) do
    md5 = module.module_info(:md5)

    case Process.get({__MODULE__, module}) do
      {^md5, probed} ->
        probed

      _ ->
        probed = calls_probes?(module)
        Process.put({__MODULE__, module}, {md5, probed})
        probed
    end
  end

  defp calls_probes?(module) do
    with path when is_list(path) <- :code.which(module),
         {:ok, {_, [imports: imports]}} <- :beam_lib.chunks(path, [:imports]) do
      Enum.any?(imports, &match?({Escope.Probe, _, _}, &1))
    else
      _ -> false
    end
  end

  defp functions(module, nil) do
    for {name, arity} <- module.module_info(:functions), written?(name), do: {name, arity}
  end

  defp functions(module, behaviour) do
    attributes = module.module_info(:attributes)

    behaviours =
      Keyword.get_values(attributes, :behaviour) ++ Keyword.get_values(attributes, :behavior)

    if Enum.any?(List.flatten(behaviours), &(Map.get(@same, &1, &1) == behaviour)),
      do: for(call <- module.module_info(:exports), call in callbacks(behaviour), do: call),
      else: []
  end

  # What the compiler has made: `-f/1-fun-0-`, `module_info`, `__info__`.
  defp written?(name) when name in [:module_info, :__info__, :__struct__], do: false
  defp written?(name), do: not String.starts_with?(Atom.to_string(name), "-")

  defp callbacks(behaviour) do
    with {:module, _} <- Code.ensure_loaded(behaviour),
         true <- function_exported?(behaviour, :behaviour_info, 1) do
      behaviour.behaviour_info(:callbacks)
    else
      _ -> []
    end
  end
end
