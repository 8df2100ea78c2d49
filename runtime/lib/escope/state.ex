defmodule Escope.State do
  @moduledoc """
  Keeps the states of a process as a history: a state is recorded when it has changed, and only what
  has changed of it; where it is an argument or in a result, its version stands. Called by
  `Escope.Emit` in the application's processes; may raise, its caller bears that.
  """

  alias Escope.{Context, Policy, Ring, Term}
  alias Escope.State.{Memory, Patch, View}

  @marker :"$escope"
  @left_out {@marker, :left_out}
  # A whole state is recorded again when its changes have cost as much, but not before so many.
  @fewest 64
  @most 1_000
  # More places than this that are not complete are not remembered.
  @cuts 64

  @typedoc "Events that go before another one, and about how many bytes they hold."
  @type notes :: {cost :: non_neg_integer, [{:state | :context, payload :: term}]} | nil

  @doc "The arguments as they are recorded; `outermost`: no other span is open."
  @spec args(Ring.state(), Policy.t(), [term] | nil, boolean) :: {[term] | nil, notes}
  def args(_on, _policy, nil, _outermost), do: {nil, nil}

  def args(on, policy, args, outermost) do
    case carried(args, 0, place(policy)) do
      [] ->
        notes = if outermost, do: labelled(on)
        weighed(Policy.args(policy, args), notes)

      carried ->
        {marked, notes} = replaced(on, policy, args, carried, if(outermost, do: :begins))
        weighed(Policy.args(policy, marked), notes)
    end
  end

  # What is large counts towards what the rings may hold.
  defp weighed({value, 0}, notes), do: {value, notes}
  defp weighed({value, cost}, nil), do: {value, {cost, []}}
  defp weighed({value, cost}, {spent, notes}), do: {value, {spent + cost, notes}}

  @doc "The arguments without the history: those of an entry that is written late."
  @spec late(Policy.t(), [term] | nil) :: [term] | nil
  def late(%{state: {false, place, _}} = policy, [_ | _] = args) do
    hidden = for {at, _, _} <- carried(args, 0, place), do: at

    args = for {arg, at} <- Enum.with_index(args), do: if(at in hidden, do: @left_out, else: arg)

    elem(Policy.args(policy, args), 0)
  end

  def late(policy, args), do: elem(Policy.args(policy, args), 0)

  @doc "The result as it is recorded, or another value that may be a state or hold one."
  @spec result(Ring.state(), Policy.t(), term, boolean) :: {term, notes}
  def result(on, policy, result, outermost) do
    case View.of(result) || in_tuple(policy, result) do
      nil ->
        weighed(Policy.result(policy, result), nil)

      {at, _, _} = carried when is_integer(at) ->
        marked(on, policy, result, carried, outermost)

      {_stream, _state, _part} = carried ->
        marked(on, policy, result, {:all, carried, result}, outermost)
    end
  end

  defp marked(on, policy, result, carried, outermost) do
    {[marked], notes} = replaced(on, policy, [result], [carried], if(outermost, do: :ends))
    weighed(Policy.result(policy, marked), notes)
  end

  defp place(%{state: {_mode, place, _shape}}), do: place

  # Arguments that are states: `{place, carried, argument}`.
  defp carried([], _at, _place), do: []

  defp carried([arg | rest], at, at), do: [{at, own(arg), arg} | carried(rest, at + 1, at)]

  defp carried([%{} = arg | rest], at, place) do
    case View.of(arg) do
      nil -> carried(rest, at + 1, place)
      carried -> [{at, carried, arg} | carried(rest, at + 1, place)]
    end
  end

  defp carried([_arg | rest], at, place), do: carried(rest, at + 1, place)

  defp own(state), do: View.of(state) || {nil, state, nil}

  defp in_tuple(%{state: {_, _, shape}}, result) when is_tuple(result) do
    case View.place(shape, result) do
      nil when tuple_size(result) in 2..4 -> socket(result, 1, tuple_size(result))
      nil -> nil
      at -> {at, own(elem(result, at)), elem(result, at)}
    end
  end

  defp in_tuple(_policy, _result), do: nil

  defp socket(_result, size, size), do: nil

  defp socket(result, at, size) do
    case :erlang.element(at + 1, result) do
      %{} = element ->
        if found = View.of(element),
          do: {at, found, element},
          else: socket(result, at + 1, size)

      _ ->
        socket(result, at + 1, size)
    end
  end

  defp replaced(_on, %{state: {false, _, _}}, values, carried, _turn),
    do: {Enum.reduce(carried, values, &mark(&2, elem(&1, 0), @left_out)), nil}

  # `turn`: an outermost span begins or ends; nil within one.
  defp replaced(on, policy, values, carried, turn) do
    known = Memory.get(Ring.made(on))
    {found, memory} = Context.notes(known, carried, turn)

    {values, found, cost, memory} = stored(carried, values, found, 0, memory, policy, turn)

    unless :erts_debug.same(memory, known), do: Memory.put(memory)
    {values, notes(cost, found)}
  end

  defp stored([], values, notes, cost, memory, _policy, _turn),
    do: {values, notes, cost, memory}

  defp stored(
         [{at, {stream, value, part}, carrier} | rest],
         values,
         notes,
         cost,
         memory,
         policy,
         turn
       ) do
    {version, note, spent, memory} = record(memory, stream, value, policy)
    memory = if turn == :ends, do: settled(memory, stream, carrier), else: memory
    values = mark(values, at, marker(version, part))
    notes = if note, do: [note | notes], else: notes
    stored(rest, values, notes, cost + spent, memory, policy, turn)
  end

  defp notes(_cost, []), do: nil
  defp notes(cost, notes), do: {cost, Enum.reverse(notes)}

  defp marker(version, nil), do: {@marker, :state, version}
  defp marker(version, part), do: {@marker, :state, version, part}

  defp mark([_value], :all, marker), do: [marker]
  defp mark([value], at, marker) when is_tuple(value), do: [put_elem(value, at, marker)]
  defp mark(values, at, marker), do: List.replace_at(values, at, marker)

  defp settled(memory, stream, carrier) do
    last = Memory.last(memory, stream)

    case View.lasting(last.value, carrier) do
      value when value === last.value -> memory
      value -> Memory.keep(memory, stream, %{last | value: value})
    end
  end

  defp record(memory, stream, value, %{state: {mode, _, _}, limits: limits}) do
    case Memory.last(memory, stream) do
      nil -> whole(memory, stream, value, limits)
      last -> compared(memory, stream, last, value, mode, limits)
    end
  end

  defp compared(memory, stream, %{version: version, value: known} = last, value, mode, limits) do
    cond do
      :erts_debug.same(known, value) ->
        {version, nil, 0, memory}

      mode == :full or due?(last, memory.version) ->
        if Patch.between(known, value, last.cut, limits) == :same,
          do: {version, nil, 0, Memory.keep(memory, stream, %{last | value: value})},
          else: whole(memory, stream, value, limits)

      true ->
        changed(memory, stream, last, value, Patch.between(known, value, last.cut, limits))
    end
  end

  defp changed(memory, stream, last, value, :same),
    do: {last.version, nil, 0, Memory.keep(memory, stream, %{last | value: value})}

  defp changed(%{version: version} = memory, stream, last, value, {term, cost, cut}) do
    %{spent: spent, whole: whole, since: since, version: base} = last
    version = version + 1

    case term do
      {@marker, :patch, _, _, _} ->
        last = %{
          version: version,
          value: value,
          spent: spent + cost,
          whole: whole,
          since: since,
          cut: cut
        }

        noted(memory, stream, last, base, term, cost)

      _whole ->
        last = %{version: version, value: value, spent: 0, whole: cost, since: version, cut: cut}
        noted(memory, stream, last, nil, term, cost)
    end
  end

  defp whole(%{version: version} = memory, stream, value, limits) do
    {term, cost, cut} = Patch.whole(value, limits)
    version = version + 1
    last = %{version: version, value: value, spent: 0, whole: cost, since: version, cut: cut}
    noted(memory, stream, last, nil, term, cost)
  end

  defp noted(memory, stream, %{version: version} = last, base, term, cost) do
    memory = Memory.add(memory, stream, last)
    {version, {:state, {stream, version, base, term}}, cost, memory}
  end

  defp due?(%{spent: spent, whole: whole, since: since, cut: cut}, version),
    do:
      (spent > whole and version - since >= @fewest) or version - since >= @most or
        map_size(cut) > @cuts

  # A process without a state, which has been given a name since.
  defp labelled(on) do
    if label = Process.get(:"$process_label") do
      case Context.label(Memory.get(Ring.made(on)), label) do
        {[], _memory} ->
          nil

        {found, memory} ->
          Memory.put(memory)
          notes(0, found)
      end
    end
  end

  @doc "A value that is not the state of its callback: a variable's."
  @spec value(Ring.state(), Policy.t(), term) :: {term, notes}
  def value(on, policy, value) do
    case View.of(value) do
      nil ->
        weighed(Term.weighed(value, policy.limits), nil)

      carried ->
        {[marked], notes} = replaced(on, policy, [value], [{:all, carried, value}], nil)
        {marked, notes}
    end
  end
end
