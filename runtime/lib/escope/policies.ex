defmodule Escope.Policies do
  @moduledoc ~S"""
  Reads, when a recording starts, what the rules ask of the probes: `priv/policies.terms`, which
  escope writes into the tree. The file holds one Erlang term a policy,

      {[ProbeId, …], #{limits => #{depth => 4}, args => [0, 2], redact => [<<"iban">>], …}}.

  with the keys of `Escope.Policy`; `limits`, `per_second`, `sample`, `when`, `names` and `redact`
  (names), `paths`, `patterns` instead of what is made of them. `when` is an Elixir expression over
  `args` and the `names` of arguments. What is missing is as everywhere.
  """

  require Logger

  alias Escope.{Limits, Policy, Redact}

  @enforce_keys [:default, :by_probe]
  defstruct @enforce_keys

  @type t :: %__MODULE__{default: Policy.t(), by_probe: %{integer => Policy.t()}}

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

  defp build(entries, policies, redact) do
    conditions = conditions(entries)

    by_probe =
      Enum.flat_map(entries, fn {ids, asked} when is_list(ids) and is_map(asked) ->
        policy = policy(asked, policies.default.limits, redact, conditions)
        for id <- ids, do: {id, policy}
      end)

    %{policies | by_probe: Map.new(by_probe)}
  end

  defp policy(asked, limits, redact, conditions) do
    %Policy{
      enter: Map.get(asked, :enter, true),
      leave: Map.get(asked, :leave, true),
      raise: Map.get(asked, :raise, true),
      args: Map.get(asked, :args, true),
      result: Map.get(asked, :result, true),
      limits: Limits.change(limits, Map.get(asked, :limits, %{})),
      window: window(asked[:per_second]),
      sample: sample(asked[:sample]),
      condition: conditions[condition(asked)],
      redact: Redact.and_also(redact, asked)
    }
  end

  defp window(nil), do: nil
  defp window(most), do: {most, :atomics.new(2, signed: true)}

  defp sample(nil), do: nil
  defp sample(share), do: {share, :atomics.new(1, signed: true)}

  defp condition(asked), do: asked[:when] && {asked[:when], Map.get(asked, :names, [])}

  # All of them become functions of one module: what is evaluated costs a hundred times as much.
  defp conditions(entries) do
    wanted = for {_, %{} = asked} <- entries, key = condition(asked), uniq: true, do: key

    for {key, n} <- Enum.with_index(wanted), function = compiled(key, n), into: %{} do
      {key, function}
    end
  end

  defp compiled({source, names}, n) do
    module = Module.concat(Escope.Condition, "N#{n}")
    {:module, module, _, _} = Module.create(module, condition_code(source, names), __ENV__)
    &module.holds?/1
  catch
    _, reason ->
      message = if is_exception(reason), do: Exception.message(reason), else: inspect(reason)
      Logger.warning("escope: the condition `#{source}` is left out: #{message}")
      nil
  end

  defp condition_code(source, names) do
    args = {:args, [generated: true], nil}

    quote generated: true do
      def holds?(unquote(args)) do
        unquote_splicing(Enum.map(names, &bound(&1, args)))
        unquote(Code.string_to_quoted!(source)) not in [false, nil]
      end
    end
  end

  defp bound({name, place}, args) do
    variable = {String.to_atom(name), [generated: true], nil}
    quote(generated: true, do: unquote(variable) = Enum.at(unquote(args), unquote(place)))
  end
end
