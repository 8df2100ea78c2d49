defmodule Escope.Policy do
  @moduledoc """
  What the rules ask of one probe: which events, which values, how often. Made by
  `Escope.Policies`; asked by `Escope.Emit` in the application's processes.
  """

  alias Escope.{Conditions, Counts, Limits, Term}

  @left_out {:"$escope", :left_out}
  @state :"$escope"

  @enforce_keys [:limits]
  defstruct on: true,
            enter: true,
            leave: true,
            raise: true,
            args: true,
            result: true,
            state: {:diff, nil, nil},
            render: true,
            limits: nil,
            window: nil,
            sample: nil,
            condition: nil,
            redact: nil

  @typedoc """
  `on` is the switch of run time. `enter: false` puts the entry off until the end is written. `args` may be places, counted from 0.
  `window` is how many calls a second are recorded, and the present second's count; `sample` the
  share of calls, and a counter. `state` says how states are recorded, and, of a callback, which argument is
  the state and what its results look like (`Escope.State.View`). `render` says whether the templates that it returns are timed. `condition` is asked with the arguments, or with the value, too. `redact` is what the
  recorder hides beyond its own settings.
  """
  @type t :: %__MODULE__{
          on: boolean,
          enter: boolean,
          leave: boolean,
          raise: boolean,
          args: boolean | [non_neg_integer],
          result: boolean,
          state: {:diff | :full | false, non_neg_integer | nil, shape},
          render: boolean,
          limits: Limits.t(),
          window: {pos_integer, :atomics.atomics_ref()} | nil,
          sample: {float, :counters.counters_ref()} | nil,
          condition: Conditions.t() | nil,
          redact: Escope.Redact.t() | nil
        }

  @type shape :: :server | :stage | :statem | nil

  @doc """
  Whether this call is to be recorded, as `Escope.Conditions.held/4` says it. Counts it, where calls are counted.
  """
  @spec admits(t, [term] | nil, Conditions.value(), Counts.t()) :: boolean | :later | pos_integer
  def admits(policy, args, value \\ :unknown, counts)

  def admits(%{on: on, condition: nil, sample: nil, window: nil}, _args, _value, _counts), do: on
  def admits(%{on: false}, _args, _value, _counts), do: false

  def admits(policy, args, value, counts) do
    case Conditions.held(policy.condition, args, value, counts) do
      false -> false
      :later -> :later
      held -> counted?(policy, counts) and held
    end
  end

  defp counted?(policy, counts) do
    sampled?(policy.sample) and
      (within?(policy.window) or Counts.add(counts, :limited) != :ok)
  end

  @doc "Whether only the end of a call tells if it is recorded."
  @spec late?(t) :: boolean
  def late?(%{condition: %{late?: late?}}), do: late?
  def late?(_policy), do: false

  # Spread evenly; the process's own random numbers are its own.
  defp sampled?(nil), do: true

  defp sampled?({share, counter}) do
    n = :atomics.add_get(counter, 1, 1)
    trunc(n * share) > trunc((n - 1) * share)
  end

  # Two processes that meet at the second's turn may let a few more through.
  defp within?(nil), do: true

  defp within?({most, window}) do
    now = System.monotonic_time(:second)

    if :atomics.get(window, 1) != now do
      :atomics.put(window, 1, now)
      :atomics.put(window, 2, 0)
    end

    :atomics.add_get(window, 2, 1) <= most
  end

  @doc "Whether the present second has had its calls."
  @spec full?(t) :: boolean
  def full?(%{window: nil}), do: false
  def full?(%{window: {most, window}}), do: :atomics.get(window, 2) > most

  @typedoc "About how many bytes a value holds that is not small, 0 of others."
  @type cost :: non_neg_integer

  @doc "The arguments that are asked for, bounded."
  @spec args(t, [term] | nil) :: {[term] | nil, cost}
  def args(_policy, nil), do: {nil, 0}
  def args(%{args: true, limits: limits}, args), do: Term.weighed_args(args, limits)
  def args(%{args: false}, args), do: {Enum.map(args, &left_out/1), 0}

  def args(%{args: places, limits: limits}, args) do
    args
    |> Enum.with_index()
    |> Enum.map(fn {arg, place} -> if place in places, do: arg, else: left_out(arg) end)
    |> Term.weighed_args(limits)
  end

  # Which version of the state there was is known by its own key.
  defp left_out({@state, :state, _version} = state), do: state
  defp left_out({@state, :state, _version, _part} = state), do: state
  defp left_out(_arg), do: @left_out

  @doc "The result, bounded, if it is asked for."
  @spec result(t, term) :: {term, cost}
  def result(%{result: true}, {tag, {@state, :state, _version}} = plain) when is_atom(tag),
    do: {plain, 0}

  def result(%{result: true, limits: limits}, result), do: Term.weighed(result, limits)
  # A callback returns its state in a small tuple.
  def result(_policy, result) when is_tuple(result) and tuple_size(result) <= 5 do
    elements = result |> Tuple.to_list() |> Enum.map(&left_out/1)

    cond do
      left_out(result) != @left_out -> {result, 0}
      Enum.any?(elements, &(&1 != @left_out)) -> {List.to_tuple(elements), 0}
      true -> {@left_out, 0}
    end
  end

  def result(_policy, _result), do: {@left_out, 0}
end
