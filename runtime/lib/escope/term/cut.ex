defmodule Escope.Term.Cut do
  @moduledoc """
  Cuts a term that does not fit, leaving the markers that docs/recording.md describes. Called by
  `Escope.Term` in the application's processes.

  One walk, which ends where the budget ends. Of several large parts each may use its share of
  what is left, so that one does not hide the others; what it does not use goes to those after it.
  Each step gives either what is left, where the term can stay as it is, or `{cut, left}`. What is
  left is a room (`Escope.Term.Room`).
  """

  alias Escope.Term.{Room, Size, Socket}

  @compile {:inline, join: 4, left: 1, kept: 2, large?: 1}

  @element Room.cost(40, 16)
  @map Room.cost(40, 32)
  @boxed Room.cost(40, 40)
  # What a part may use in any case, and what is kept for each of those after it.
  @share 400
  # The same as rooms: what two elements need, two shares, and what is small.
  @two_elements Room.new(80)
  @two_shares Room.new(2 * @share)
  @small Room.new(1000)
  # How far the rest of a list is counted.
  @counted 250
  @marker :"$escope"

  @type step :: Room.t() | {term, Room.t()}

  @doc "What the limits leave of `term`."
  @spec term(term, Room.t(), integer, pos_integer, pos_integer) :: term
  def term(term, left, depth, items, bytes), do: kept(walk(term, left, depth, items, bytes), term)

  @doc "The same, and what is left of the room."
  @spec measured(term, Room.t(), integer, pos_integer, pos_integer) :: {term, Room.t()}
  def measured(term, left, depth, items, bytes) do
    step = walk(term, left, depth, items, bytes)
    {kept(step, term), left(step)}
  end

  @doc "What the limits leave of the arguments of a call."
  @spec args([term], Room.t(), integer, pos_integer, pos_integer) :: [term]
  def args(args, left, depth, items, bytes),
    do: kept(parts(args, large(args, 0), left, depth, items, bytes), args)

  @doc "The same, and what is left of the room."
  @spec measured_args([term], Room.t(), integer, pos_integer, pos_integer) :: {[term], Room.t()}
  def measured_args(args, left, depth, items, bytes) do
    step = parts(args, large(args, 0), left, depth, items, bytes)
    {kept(step, args), left(step)}
  end

  defp kept({cut, _left}, _term), do: cut
  defp kept(_left, term), do: term

  defp walk(_term, left, _depth, _items, _bytes) when left < @element,
    do: {{@marker, :depth}, Room.bytes(left)}

  defp walk(term, left, _depth, _items, _bytes) when is_atom(term), do: left - @element
  defp walk(int, left, _depth, _items, _bytes) when is_integer(int), do: integer(int, left)

  defp walk(bits, left, _depth, _items, bytes) when is_bitstring(bits),
    do: binary(bits, left, bytes)

  defp walk(fun, left, _depth, _items, _bytes) when is_function(fun),
    do: function(fun, left - @boxed)

  defp walk([_ | _], left, 0, _items, _bytes), do: too_deep(left)

  defp walk([_ | _] = list, left, depth, items, bytes),
    do: list(list, left - @element, items, depth - 1, items, bytes)

  defp walk(tuple, left, depth, items, bytes) when is_tuple(tuple) and tuple != {},
    do: if(depth == 0, do: too_deep(left), else: tuple(tuple, left, depth - 1, items, bytes))

  defp walk(map, left, depth, items, bytes) when is_map(map) and map_size(map) > 0,
    do: if(depth == 0, do: too_deep(left), else: map(map, left, depth - 1, items, bytes))

  # What is empty; floats, pids, references, ports.
  defp walk(_term, left, _depth, _items, _bytes), do: left - @boxed

  defp too_deep(left), do: {{@marker, :depth}, left - @element}

  defp integer(int, left) do
    case Size.integer(int) do
      cost when cost <= left -> left - cost
      _ -> too_deep(left)
    end
  end

  # A part of a binary holds the whole binary: what is kept is copied.
  defp binary(bits, left, bytes) do
    most = min(bytes, Room.left(left - @element))
    size = byte_size(bits)

    cond do
      size > most -> {prefix(bits, most), left - Size.binary(most)}
      Size.holds_more?(bits) -> {copy(bits), left - Size.binary(size)}
      true -> left - Size.binary(size)
    end
  end

  defp prefix(bits, room) do
    start = bits |> whole_bytes() |> :binary.part(0, room)
    {@marker, :binary, :binary.copy(start), byte_size(bits)}
  end

  defp whole_bytes(bits) when is_binary(bits), do: bits

  defp whole_bytes(bits) do
    missing = 8 - rem(bit_size(bits), 8)
    <<bits::bitstring, 0::size(missing)>>
  end

  defp copy(binary) when is_binary(binary), do: :binary.copy(binary)
  defp copy(bits), do: bits |> :erlang.bitstring_to_list() |> :erlang.list_to_bitstring()

  defp function(fun, left) do
    if Size.holds_variables?(fun) do
      {:module, module} = :erlang.fun_info(fun, :module)
      {:name, name} = :erlang.fun_info(fun, :name)
      {:arity, arity} = :erlang.fun_info(fun, :arity)
      {{@marker, :fun, module, name, arity}, left}
    else
      left
    end
  end

  # One of several parts, of which `large` ones have to share what is left.
  defp part(term, left, large, depth, items, bytes) do
    if large > 1 and large?(term) do
      share = share(left, large)
      give_back(in_share(term, share, depth, items, bytes), left - share)
    else
      walk(term, left, depth, items, bytes)
    end
  end

  # Most parts are small, and measuring these is cheaper than the walk.
  defp in_share(term, share, depth, items, bytes) do
    small = min(share, @small)

    case Size.left(term, small, depth, items, bytes) do
      unused when unused >= 0 -> share - small + unused
      _ -> walk(term, share, depth, items, bytes)
    end
  end

  defp give_back({cut, left}, others), do: {cut, left + others}
  defp give_back(left, others), do: left + others

  # Most of it, when the others have a little, or the equal part.
  defp share(left, large) do
    left = Room.left(left)
    most = div(3 * (left - @share * (large - 1)), 4)
    Room.new(max(max(most, div(left, large)), min(left, @share)))
  end

  # The items of a list are mostly alike: the first ones are shown whole, and none cut to pieces.
  defp list([], left, _more, _depth, _items, _bytes), do: left

  defp list([_ | _] = list, left, more, _depth, _items, _bytes) when more == 0 or left < @element,
    do: {[{@marker, :more, rest_length(list)}], left}

  defp list([item | rest] = list, left, more, depth, items, bytes) do
    if left < @two_shares and more < items and large?(item) do
      {[{@marker, :more, rest_length(list)}], left}
    else
      step = part(item, left, if(rest == [], do: 1, else: 2), depth, items, bytes)
      join(item, step, rest, list(rest, left(step), more - 1, depth, items, bytes))
    end
  end

  defp list(tail, left, _more, depth, items, bytes), do: walk(tail, left, depth, items, bytes)

  # The parts of a tuple or a call, of which `large` ones have to share.
  defp parts([], _large, left, _depth, _items, _bytes), do: left

  defp parts([part | rest], large, left, depth, items, bytes) do
    step = part(part, left, large, depth, items, bytes)
    join(part, step, rest, parts(rest, fewer(large, part), left(step), depth, items, bytes))
  end

  defp fewer(large, part), do: if(large?(part), do: large - 1, else: large)

  # Joins the step of the first part and that of the rest; nothing is built where both are kept.
  defp join(_first, step, _rest, left) when is_integer(step) and is_integer(left), do: left
  defp join(first, step, rest, left) when is_integer(left), do: {[kept(step, first) | rest], left}
  defp join(first, step, _rest, {rest, left}), do: {[kept(step, first) | rest], left}

  defp left({_cut, left}), do: left
  defp left(left), do: left

  defp large([part | rest], n), do: large(rest, if(large?(part), do: n + 1, else: n))
  defp large([], n), do: n

  defp large?(part) when is_map(part), do: map_size(part) > 0
  defp large?(part) when is_tuple(part), do: tuple_size(part) > 0
  defp large?(part) when is_list(part), do: part != []
  defp large?(part) when is_bitstring(part), do: byte_size(part) > @share
  defp large?(_part), do: false

  defp tuple(tuple, left, depth, items, bytes) do
    size = tuple_size(tuple)
    parts = if size > items, do: first(tuple, items, []), else: Tuple.to_list(tuple)

    case parts(parts, large(parts, 0), left - @element, depth, items, bytes) do
      step when size > items ->
        {List.to_tuple(kept(step, parts) ++ [{@marker, :more, size - items}]), left(step)}

      {parts, left} ->
        {List.to_tuple(parts), left}

      left ->
        left
    end
  end

  defp first(_tuple, 0, parts), do: parts
  defp first(tuple, n, parts), do: first(tuple, n - 1, [:erlang.element(n, tuple) | parts])

  defp map(%{__struct__: Phoenix.LiveView.Socket} = socket, left, depth, items, bytes) do
    socket = Socket.shown(socket)

    case plain_map(socket, left, depth, items, bytes) do
      {_cut, _left} = step -> step
      left -> {socket, left}
    end
  end

  defp map(map, left, depth, items, bytes), do: plain_map(map, left, depth, items, bytes)

  defp plain_map(map, left, depth, items, bytes) do
    {fixed, entries, size} = entries(map, items)
    large = large_values(entries, 0)

    case walk_entries(entries, size, large, left - @map, depth, items, bytes) do
      {entries, left} -> {:maps.from_list(fixed ++ entries), left}
      left -> left
    end
  end

  # The struct's name is kept whatever else is cut.
  defp entries(%{__struct__: name} = map, items) when is_atom(name),
    do: {[__struct__: name], entries_of(Map.delete(map, :__struct__), items), map_size(map) - 1}

  defp entries(map, items), do: {[], entries_of(map, items), map_size(map)}

  defp entries_of(map, items) when map_size(map) <= items, do: :maps.to_list(map)
  defp entries_of(map, items), do: taken(:maps.next(:maps.iterator(map)), items)

  defp taken({key, value, next}, n) when n > 0,
    do: [{key, value} | taken(:maps.next(next), n - 1)]

  defp taken(_next, _n), do: []

  defp large_values([{_, value} | rest], n),
    do: large_values(rest, if(large?(value), do: n + 1, else: n))

  defp large_values([], n), do: n

  # `more` entries are left in the map, of which `entries` are looked at.
  defp walk_entries([], 0, _large, left, _depth, _items, _bytes), do: left

  defp walk_entries(entries, more, _large, left, _depth, _items, _bytes)
       when entries == [] or left < @two_elements,
       do: {[{{@marker, :more}, more}], left}

  defp walk_entries([{key, value} = entry | rest], more, large, left, depth, items, bytes) do
    key_step = part(key, left, large + 2, depth, items, bytes)
    step = part(value, left(key_step), large, depth, items, bytes)
    rest_step = walk_entries(rest, more - 1, fewer(large, value), left(step), depth, items, bytes)
    join(entry, entry_step(key, key_step, value, step), rest, rest_step)
  end

  defp entry_step(_key, key_step, _value, step) when is_integer(key_step) and is_integer(step),
    do: step

  defp entry_step(key, key_step, value, step),
    do: {{kept(key_step, key), kept(step, value)}, left(step)}

  defp rest_length(list) do
    case count(list, 0) do
      more when more > @counted -> nil
      more -> more
    end
  end

  defp count([_ | rest], n) when n <= @counted, do: count(rest, n + 1)
  defp count(_rest, n), do: n
end
