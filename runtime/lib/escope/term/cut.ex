defmodule Escope.Term.Cut do
  @moduledoc """
  Cuts a term that does not fit, leaving the markers that docs/recording.md describes. Called by
  `Escope.Term` in the application's processes.

  Each part of a container may use its share of what is left, at least `@share`, so that one
  large part does not hide the others.
  """

  alias Escope.{Limits, Term}

  @element 40
  @share 1000
  # How far the rest of a list is counted.
  @counted 1000
  @marker :"$escope"

  @doc "What the limits leave of `term`."
  @spec term(term, Limits.t()) :: term
  def term(term, limits), do: elem(cut(term, limits.total, limits.depth, limits), 0)

  @doc "What the limits leave of the arguments of a call."
  @spec args([term], Limits.t()) :: [term]
  def args(args, limits) do
    elem(share(args, length(args), limits.total, limits.depth, limits, []), 0)
  end

  # Each gives the cut term and what is left of the budget.
  defp cut(_term, left, _depth, _limits) when left < @element, do: {{@marker, :depth}, 0}

  defp cut(term, left, _depth, _limits) when is_atom(term) or is_float(term),
    do: {term, left - @element}

  defp cut(term, left, _depth, limits) when is_bitstring(term), do: binary(term, left, limits)
  defp cut(term, left, _depth, _limits) when is_integer(term), do: integer(term, left)

  defp cut(term, left, _depth, _limits) when is_function(term),
    do: {function(term), left - @element}

  defp cut([], left, _depth, _limits), do: {[], left - @element}
  defp cut({}, left, _depth, _limits), do: {{}, left - @element}
  defp cut(map, left, _depth, _limits) when map_size(map) == 0, do: {map, left - @element}

  defp cut(term, left, 0, _limits) when is_list(term) or is_tuple(term) or is_map(term),
    do: {{@marker, :depth}, left - @element}

  defp cut(list, left, depth, limits) when is_list(list) do
    parts = count(list, 0, limits.items)
    items(list, parts, limits.items, left - @element, depth - 1, limits, [])
  end

  defp cut(tuple, left, depth, limits) when is_tuple(tuple) do
    kept = min(tuple_size(tuple), limits.items)
    parts = for n <- 1..kept, do: :erlang.element(n, tuple)
    {parts, left} = share(parts, kept, left - @element, depth - 1, limits, [])
    {List.to_tuple(parts ++ rest(tuple_size(tuple) - kept)), left}
  end

  defp cut(%{__struct__: Phoenix.LiveView.Socket, assigns: %{}} = socket, left, depth, limits),
    do: map(socket(socket), left, depth, limits)

  defp cut(map, left, depth, limits) when is_map(map), do: map(map, left, depth, limits)
  defp cut(term, left, _depth, _limits), do: {term, left - @element}

  # One part's share of the budget; what it does not use goes to the others. Measuring a part is
  # much cheaper than rebuilding it.
  defp part(term, parts, left, depth, limits) do
    share = max(div(left, max(parts, 1)), min(left, @share))

    case Term.remaining(term, share, depth, limits) do
      unused when unused >= 0 ->
        {term, left - share + unused}

      _ ->
        {term, unused} = cut(term, share, depth, limits)
        {term, left - share + unused}
    end
  end

  defp share([term | rest], parts, left, depth, limits, done) do
    {term, left} = part(term, parts, left, depth, limits)
    share(rest, parts - 1, left, depth, limits, [term | done])
  end

  defp share([], _parts, left, _depth, _limits, done), do: {Enum.reverse(done), left}

  defp items([], _parts, _more, left, _depth, _limits, done), do: {Enum.reverse(done), left}

  defp items([_ | _] = list, _parts, more, left, _depth, _limits, done)
       when more == 0 or left < @element do
    {Enum.reverse(done, [{@marker, :more, rest_length(list)}]), left}
  end

  defp items([item | rest], parts, more, left, depth, limits, done) do
    {item, left} = part(item, parts, left, depth, limits)
    items(rest, parts - 1, more - 1, left, depth, limits, [item | done])
  end

  defp items(tail, _parts, _more, left, depth, limits, done) do
    {tail, left} = cut(tail, left, depth, limits)
    {:lists.reverse(done, tail), left}
  end

  defp map(map, left, depth, limits) do
    {fixed, size, iterator} = struct_name(map)
    kept = min(size, limits.items)

    {entries, left} =
      entries(:maps.next(iterator), kept, left - @element, depth - 1, limits, fixed)

    {Map.new(entries ++ rest_of_map(size - (length(entries) - length(fixed)))), left}
  end

  # The struct's name is kept whatever else is cut.
  defp struct_name(%{__struct__: name} = map) when is_atom(name),
    do: {[__struct__: name], map_size(map) - 1, :maps.iterator(map)}

  defp struct_name(map), do: {[], map_size(map), :maps.iterator(map)}

  defp entries(next, kept, left, _depth, _limits, done)
       when next == :none or kept == 0 or left < 2 * @element,
       do: {done, left}

  defp entries({:__struct__, name, next}, kept, left, depth, limits, done) when is_atom(name),
    do: entries(:maps.next(next), kept, left, depth, limits, done)

  defp entries({key, value, next}, kept, left, depth, limits, done) do
    {key, left} = part(key, 2 * kept, left, depth, limits)
    {value, left} = part(value, kept, left, depth, limits)
    entries(:maps.next(next), kept - 1, left, depth, limits, [{key, value} | done])
  end

  defp rest(0), do: []
  defp rest(more), do: [{@marker, :more, more}]

  defp rest_of_map(0), do: []
  defp rest_of_map(more), do: [{{@marker, :more}, more}]

  defp rest_length(list) do
    case count(list, 0, @counted + 1) do
      more when more > @counted -> nil
      more -> more
    end
  end

  defp count([_ | rest], n, limit) when n < limit, do: count(rest, n + 1, limit)
  defp count(_rest, n, _limit), do: n

  # A part of a binary holds the whole binary: what is kept is copied.
  defp binary(bits, left, limits) do
    room = min(limits.bytes, left - @element)

    if byte_size(bits) <= room do
      {copy(bits), left - @element - byte_size(bits)}
    else
      <<prefix::binary-size(room), _::bitstring>> = bits
      {{@marker, :binary, :binary.copy(prefix), byte_size(bits)}, left - @element - room}
    end
  end

  defp copy(binary) when is_binary(binary), do: :binary.copy(binary)
  defp copy(bits), do: bits |> :erlang.bitstring_to_list() |> :erlang.list_to_bitstring()

  defp integer(integer, left) do
    cost = @element + 8 * :erts_debug.flat_size(integer)
    if cost > left, do: {{@marker, :depth}, left - @element}, else: {integer, left - cost}
  end

  defp function(fun) do
    with {:env, [_ | _]} <- :erlang.fun_info(fun, :env) do
      {:module, module} = :erlang.fun_info(fun, :module)
      {:name, name} = :erlang.fun_info(fun, :name)
      {:arity, arity} = :erlang.fun_info(fun, :arity)
      {@marker, :fun, module, name, arity}
    else
      _ -> fun
    end
  end

  # What a reader of the assigns looks for; change tracking and an empty flash hide it.
  defp socket(socket) do
    socket
    |> Map.take([:__struct__, :id, :view, :parent_pid, :root_pid, :transport_pid])
    |> Map.put(:assigns, assigns(Map.delete(socket.assigns, :__changed__)))
  end

  defp assigns(%{flash: flash} = assigns) when flash == %{}, do: Map.delete(assigns, :flash)
  defp assigns(assigns), do: assigns
end
