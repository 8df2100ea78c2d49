defmodule Escope.Conditions do
  @moduledoc """
  What the rules of one probe ask of a call with `when`. Made by `Escope.Policies`, held against calls by
  `Escope.Policy` in the application's processes.

  Each is evaluated by itself: one that raises does not hold, and says nothing of the others.
  """

  require Logger

  import Bitwise, only: [|||: 2, <<<: 2]

  alias Escope.Counts

  @enforce_keys [:list]
  defstruct [:list, several?: false, late?: false]

  @typedoc "What an expression has come to: not known before its end, and never where it raises."
  @type value :: :unknown | :none | {:value, term}

  @typedoc "How often it was asked, held and raised."
  @type tally :: :counters.counters_ref()

  @typedoc """
  `list`: of each rule its condition, `nil` where it has none. `several?`: which of them held is part of the event.
  `late?`: one of them speaks of the value.
  """
  @type t :: %__MODULE__{
          list: [{([term] | nil, term -> boolean), of_value :: boolean, tally} | nil],
          several?: boolean,
          late?: boolean
        }

  @typedoc "A rule, its expression, `nil` where it has none, and the places of the names in that; -1 is the value."
  @type asked :: {rule :: String.t() | nil, source :: String.t() | nil, [{String.t(), integer}]}

  @spec new([asked], %{String.t() => tally}) :: t
  def new(asked, tallies) do
    %__MODULE__{
      list: Enum.map(asked, &one(&1, tallies)),
      several?: length(asked) > 1,
      late?: Enum.any?(asked, fn {_, _, names} -> of_value?(names) end)
    }
  end

  defp one({_rule, nil, _names}, _tallies), do: nil

  defp one({rule, source, names}, tallies),
    do: {compiled(rule, source, names), of_value?(names), tallies[rule] || tally()}

  @spec tally() :: tally
  def tally, do: :counters.new(3, [])

  @doc "What a tally says."
  @spec counted(tally) :: [asked: integer, held: integer, failed: integer]
  def counted(tally) do
    for {key, place} <- [asked: 1, held: 2, failed: 3], do: {key, :counters.get(tally, place)}
  end

  @doc """
  Whether the call is meant; of several rules, a number whose bit n is that of the rule at place n.
  `:later` where that is not known before there is a value.
  """
  @spec held(t | nil, [term] | nil, value, Counts.t()) :: boolean | :later | pos_integer
  def held(nil, _args, _value, _counts), do: true
  def held(%{late?: true}, _args, :unknown, _counts), do: :later

  def held(%{several?: false, list: [one]}, args, value, counts),
    do: holds?(one, args, value, counts)

  def held(%{list: list}, args, value, counts) do
    {bits, _} =
      Enum.reduce(list, {0, 1}, fn one, {bits, bit} ->
        {if(holds?(one, args, value, counts), do: bits ||| bit, else: bits), bit <<< 1}
      end)

    bits != 0 and bits
  end

  defp holds?(nil, _args, _value, _counts), do: true
  defp holds?({_fun, true, _tally}, _args, value, _counts) when is_atom(value), do: false

  defp holds?({fun, of_value?, tally}, args, value, counts) do
    :counters.add(tally, 1, 1)
    held = fun.(args, if(of_value?, do: elem(value, 1)))
    if held, do: :counters.add(tally, 2, 1)
    held
  catch
    _, _ ->
      :counters.add(tally, 3, 1)
      Counts.add(counts, :failed)
      false
  end

  # All of them become functions of modules: what is evaluated costs a hundred times as much.
  # Named by what it says: one that an earlier reading made may be in use, and is the same.
  defp compiled(rule, source, names) do
    hash = Base.encode16(:erlang.md5(:erlang.term_to_binary({source, names})))
    module = Module.concat(Escope.Condition, "N" <> hash)

    unless :erlang.module_loaded(module),
      do: Module.create(module, code(source, names), __ENV__)

    &module.holds?/2
  catch
    _, reason ->
      message = if is_exception(reason), do: Exception.message(reason), else: inspect(reason)
      of = if rule, do: " of the rule #{rule}"
      Logger.warning("escope: the condition `#{source}`#{of} never holds: #{message}")
      fn _args, _value -> false end
  end

  defp code(source, names) do
    args = {:args, [generated: true], nil}
    value = Macro.unique_var(:escope_value, __MODULE__)

    quote generated: true do
      def holds?(unquote(args), unquote(value)) do
        _ = unquote(value)
        unquote_splicing(Enum.map(names, &bound(&1, args, value)))
        unquote(Code.string_to_quoted!(source)) not in [false, nil]
      end
    end
  end

  defp bound({name, place}, args, value) do
    variable = {String.to_atom(name), [generated: true], nil}
    from = if place < 0, do: value, else: quote(do: Enum.at(unquote(args), unquote(place)))
    quote(generated: true, do: unquote(variable) = unquote(from))
  end

  defp of_value?(names), do: Enum.any?(names, fn {_, place} -> place < 0 end)
end
