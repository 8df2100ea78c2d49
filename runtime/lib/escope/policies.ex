defmodule Escope.Policies do
  @moduledoc ~S"""
  Reads, when a recording starts, what the rules ask of the probes: `priv/policies.terms`, which
  escope writes into the tree. The file holds one Erlang term a policy,

      {[ProbeId, …], #{limits => #{depth => 4}, args => [0, 2], redact => [<<"iban">>], …}}.

  or which probes a rule chose, `{rule, <<"id">>, [ProbeId, …]}`, or which probes are callbacks with a state,
  `{state, Place, Shape, [ProbeId, …]}`, or which probes have an argument of a name, and where,
  `{argument, <<"name">>, [{ProbeId, Place}, …]}`, or what the VM is to trace for a probe,
  `{trace, ProbeId, Module, Name, Arity, Behaviour}`: an atom or a regular expression twice, a number or `any`, a module or `any`. The keys are those of `Escope.Policy`; `limits`, `per_second`, `sample`, `when`, `names` and `redact`
  (names), `paths`, `patterns` instead of what is made of them. `when` is an Elixir expression over
  `args` and the `names` of arguments (at -1, the value of an expression), `rule` whose it is; `any` in their place has what
  several rules ask, each by itself: `[{<<"id">>, <<"amount > 5">>, [{<<"amount">>, 1}]}, {<<"other">>, nil, []}]`. What is missing is as everywhere.
  """

  require Logger

  alias Escope.{Conditions, Limits, Policy, Redact}
  alias Escope.Trace.Targets

  # Calls a second of a probe that the VM traces, where its rule says nothing else.
  @traced_per_second 100

  @enforce_keys [:default, :by_probe]
  defstruct @enforce_keys ++ [rules: %{}, on: true, processes: %{}, traced: [], tallies: []]

  @typedoc """
  `rules`: the probes of each rule. `processes`: those that are switched by themselves, `on` what holds for others.
  `traced`: what `Escope.Trace` has the VM trace. `tallies`: how often the conditions of each rule were asked.
  """
  @type t :: %__MODULE__{
          default: Policy.t(),
          by_probe: %{integer => Policy.t()},
          rules: %{String.t() => [integer]},
          on: boolean,
          processes: %{pid => boolean},
          traced: [Targets.t()],
          tallies: [{String.t(), Conditions.tally()}]
        }

  @typedoc "What can be switched at run time."
  @type switch :: :all | {:rule, String.t()} | {:probe, integer} | {:process, pid}

  @spec new(Limits.t()) :: t
  def new(limits), do: %__MODULE__{default: %Policy{limits: limits}, by_probe: %{}}

  @doc "What holds for a probe."
  @spec of(t, integer) :: Policy.t()
  def of(%{by_probe: by_probe, default: default}, id) do
    case by_probe do
      %{^id => policy} -> policy
      _ -> default
    end
  end

  @doc "Reads the file, where there is one. A file that cannot be understood is reported, and left."
  @spec read(Path.t(), Limits.t(), Redact.t()) :: t
  def read(path, limits, redact) do
    case :file.consult(path) do
      {:ok, entries} -> build(entries, new(limits), redact)
      {:error, :enoent} -> new(limits)
      {:error, reason} -> refused(path, :file.format_error(reason), limits)
    end
  catch
    class, reason -> refused(path, inspect({class, reason}), limits)
  end

  defp refused(path, reason, limits) do
    Logger.warning("escope: what the rules ask is not known: #{path}: #{reason}")
    new(limits)
  end

  @doc "Whether the calling process is switched on."
  @spec process?(t) :: boolean
  def process?(%{processes: processes, on: on}) when map_size(processes) == 0, do: on
  def process?(%{processes: processes, on: on}), do: Map.get(processes, self(), on)

  @doc "The same of another process."
  @spec process?(t, pid) :: boolean
  def process?(%{processes: processes, on: on}, pid), do: Map.get(processes, pid, on)

  @doc "How often the conditions of each rule were asked, held and raised, over all readings of the rules."
  @spec counted(t) :: [{String.t(), keyword(integer)}]
  def counted(%{tallies: tallies}) do
    tallies
    |> Enum.group_by(&elem(&1, 0), &Conditions.counted(elem(&1, 1)))
    |> Enum.map(fn {rule, counts} ->
      {rule, Enum.reduce(counts, &Keyword.merge(&1, &2, fn _, a, b -> a + b end))}
    end)
  end

  @doc "Turns probes or processes on or off."
  @spec switch(t, switch, boolean) :: {:ok, t} | {:error, term}
  def switch(policies, :all, on) do
    by_probe = Map.new(policies.by_probe, fn {id, policy} -> {id, %{policy | on: on}} end)
    default = %{policies.default | on: on}
    {:ok, %{policies | default: default, by_probe: by_probe, on: true, processes: %{}}}
  end

  def switch(policies, {:rule, rule}, on) do
    case policies.rules do
      %{^rule => ids} -> {:ok, Enum.reduce(ids, policies, &switch_probe(&2, &1, on))}
      _ -> {:error, {:unknown_rule, rule, Map.keys(policies.rules)}}
    end
  end

  def switch(policies, {:probe, id}, on) when is_integer(id),
    do: {:ok, switch_probe(policies, id, on)}

  # The first process that is turned on is the only one.
  def switch(%{processes: processes} = policies, {:process, pid}, on) when is_pid(pid) do
    others = if map_size(processes) == 0, do: not on, else: policies.on
    {:ok, %{policies | on: others, processes: Map.put(processes, pid, on)}}
  end

  def switch(_policies, what, _on), do: {:error, {:not_a_switch, what}}

  @doc """
  What holds once other code is instrumented: `fresh`, with what was switched off so far, and, for
  probes that are `gone` from the manifest while their code may still run, what held for them.
  """
  @spec renew(t, t, MapSet.t(integer)) :: t
  def renew(old, fresh, gone) do
    kept = Map.filter(old.by_probe, fn {id, _} -> id in gone end)
    switched = for {id, policy} <- old.by_probe, policy.on != old.default.on, do: {id, policy.on}

    renewed = %{
      fresh
      | on: old.on,
        processes: old.processes,
        tallies: old.tallies ++ fresh.tallies,
        by_probe: Map.merge(fresh.by_probe, kept)
    }

    renewed = if old.default.on, do: renewed, else: all_off(renewed)
    Enum.reduce(switched, renewed, fn {id, on}, policies -> switch_probe(policies, id, on) end)
  end

  defp all_off(policies) do
    {:ok, off} = switch(policies, :all, false)
    %{off | on: policies.on, processes: policies.processes}
  end

  defp switch_probe(policies, id, on),
    do: put_in(policies.by_probe[id], %{of(policies, id) | on: on})

  defp build(entries, policies, redact) do
    {rules, entries} = Enum.split_with(entries, &match?({:rule, _, _}, &1))
    {states, entries} = Enum.split_with(entries, &match?({:state, _, _, _}, &1))
    {named, entries} = Enum.split_with(entries, &match?({:argument, _, _}, &1))
    {traced, entries} = Enum.split_with(entries, &match?({:trace, _, _, _, _, _}, &1))
    tallies = Map.new(tallies(entries), &{&1, Conditions.tally()})

    by_probe =
      Enum.flat_map(entries, fn {ids, asked} when is_list(ids) and is_map(asked) ->
        policy = policy(asked, policies.default.limits, redact, tallies)
        for id <- ids, do: {id, policy}
      end)

    rules = Map.new(rules, fn {:rule, rule, ids} -> {rule, ids} end)

    policies = %{
      policies
      | by_probe: Map.new(by_probe),
        rules: rules,
        tallies: Map.to_list(tallies)
    }

    policies = Enum.reduce(traced, policies, &tracing/2)
    Enum.reduce(named, Enum.reduce(states, policies, &carrying/2), &naming(&1, &2, redact))
  end

  defp tracing(entry, policies) do
    {id, _, _, _, _} = target = Targets.read(entry)
    policy = of(policies, id)
    policy = %{policy | window: policy.window || window(@traced_per_second)}
    %{put_in(policies.by_probe[id], policy) | traced: policies.traced ++ [target]}
  end

  # Most names are hidden nowhere: only a probe with a redaction of its own can do that then.
  defp naming({:argument, name, places}, policies, redact) do
    everywhere? = Redact.names?(redact, name)

    Enum.reduce(places, policies, fn {id, place}, policies ->
      %{redact: own} = policy = of(policies, id)

      if everywhere? or own != nil do
        hiding = Redact.with_argument(own || redact, name, place)
        put_in(policies.by_probe[id], %{policy | redact: hiding})
      else
        policies
      end
    end)
  end

  # Place and shape are `nil` where there is none, as of `init/1`'s arguments.
  defp carrying({:state, place, shape, ids}, policies) do
    Enum.reduce(ids, policies, fn id, policies ->
      %{state: {mode, _, _}} = policy = of(policies, id)
      put_in(policies.by_probe[id], %{policy | state: {mode, place, shape}})
    end)
  end

  defp policy(asked, limits, redact, tallies) do
    %Policy{
      enter: Map.get(asked, :enter, true),
      leave: Map.get(asked, :leave, true),
      raise: Map.get(asked, :raise, true),
      args: Map.get(asked, :args, true),
      result: Map.get(asked, :result, true),
      state: {Map.get(asked, :state, :diff), nil, nil},
      render: Map.get(asked, :render, true),
      limits: Limits.change(limits, Map.get(asked, :limits, %{})),
      window: window(asked[:per_second]),
      sample: sample(asked[:sample]),
      condition: condition(asked, tallies),
      redact: Redact.and_also(redact, asked)
    }
  end

  defp window(nil), do: nil
  defp window(most), do: {most, :atomics.new(2, signed: true)}

  defp sample(nil), do: nil
  defp sample(share), do: {share, :atomics.new(1, signed: true)}

  # Kept by rule, for `recording.json`.
  defp tallies(entries) do
    for {_, %{} = asked} <- entries,
        {rule, source, _} when rule != nil and source != nil <- conditions(asked),
        uniq: true,
        do: rule
  end

  defp condition(asked, tallies) do
    case conditions(asked) do
      [] -> nil
      conditions -> Conditions.new(conditions, tallies)
    end
  end

  defp conditions(%{any: any}), do: any

  defp conditions(%{when: source} = asked),
    do: [{asked[:rule], source, Map.get(asked, :names, [])}]

  defp conditions(_asked), do: []
end
