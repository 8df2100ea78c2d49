defmodule Escope.State.Patch do
  @moduledoc """
  What two states differ in, and whole states, both within limits. Called by `Escope.State` in the
  application's processes; docs/recording.md describes the terms.

  Maps are compared key by key, and maps within them; every other term is the same one
  (`:erts_debug.same/2`), small and equal, or another. Cost follows the number of keys and the size
  of what differs.
  """

  alias Escope.{Limits, Term}
  alias Escope.State.Noted
  alias Escope.Term.{Room, Size}

  @marker :"$escope"
  # Up to so many keys a state is compared and cut by key; maps within it as the limits say.
  @wide 256
  # Where a map turns from one order of keys to another.
  @flat 32
  # A version may use as much as so many calls' arguments: it is kept once.
  @share 8
  @least Room.cost(40, 16)
  # What a key may use, or a value that is compared.
  @little Room.new(400)

  @typedoc "What is left of the budget, and where something was cut."
  @type room :: {left :: Room.t(), cut :: %{[term] => true}}
  @typedoc "A term, about how many bytes it takes, and where something was cut."
  @type found :: {term, cost :: non_neg_integer, cut :: %{[term] => true}}

  @doc "The whole state."
  @spec whole(term, Limits.t()) :: found
  def whole(state, limits) do
    {term, {left, cut}} = top(state, limits, {all(limits), %{}})
    {term, Room.bytes(left), cut}
  end

  defp all(limits), do: Room.new(@share * limits.total)

  defp top(%{__struct__: Phoenix.LiveView.Socket, assigns: %{} = assigns} = view, limits, room) do
    {assigns, room} = entries(Map.delete(assigns, :__changed__), [:assigns], limits, room)
    {rest, room} = entries(Map.delete(view, :assigns), [], limits, room)
    {Map.put(rest, :assigns, assigns), room}
  end

  defp top(state, limits, room) when is_map(state) and map_size(state) <= @wide,
    do: entries(state, [], limits, room)

  defp top(state, limits, {left, cut}) do
    {term, left} = Term.measured(state, left, limits)
    cut = if :erts_debug.same(term, state), do: cut, else: %{[] => true}
    {term, {left, cut}}
  end

  defp entries(map, path, limits, room) do
    {entries, room} =
      Enum.map_reduce(:maps.to_list(map), room, fn {key, value}, room ->
        {key, room} = key(key, path, room)
        {value, room} = bounded(value, [key | path], limits.depth, limits, room)
        {{key, value}, room}
      end)

    {:maps.from_list(entries), room}
  end

  @doc "What has to be done to `old` to have `new`; `cut` are the places of `old` that are not complete."
  @spec between(term, term, %{[term] => true}, Limits.t()) :: :same | found
  def between(old, new, cut, limits) do
    case top_differs(old, new, limits, {all(limits), cut}) do
      :same -> :same
      :whole -> whole(new, limits)
      {term, {left, cut}} -> {term, Room.bytes(left), cut}
    end
  end

  # Of a socket mostly its assigns are others, if anything.
  defp top_differs(
         %{__struct__: Phoenix.LiveView.Socket, assigns: known} = old,
         %{__struct__: Phoenix.LiveView.Socket, assigns: assigns} = new,
         limits,
         room
       ) do
    if %{old | assigns: assigns} === new,
      do: known |> assigns_differ(assigns, limits, room) |> in_view(),
      else: differs(old, new, [], limits.depth + 1, @wide, limits, room)
  end

  defp top_differs(old, new, limits, room),
    do: differs(old, new, [], limits.depth + 1, @wide, limits, room)

  defp in_view({{:assigns, patch}, {left, cut}}),
    do: {{@marker, :patch, %{assigns: patch}, [], []}, {left - @least, cut}}

  defp in_view({nil, _room}), do: :same

  defp assigns_differ(known, assigns, limits, {_left, cut} = room) do
    case Noted.changed(known, assigns) do
      :same ->
        {nil, room}

      {keys, olds, news} when not is_map_key(cut, [:assigns]) ->
        {found, room} = same_keys(keys, olds, news, [:assigns], limits.depth, limits, room)
        {found, [], [], room} |> patched() |> of_assigns(room)

      _ ->
        entry(:assigns, known, assigns, [], limits.depth, limits, room)
    end
  end

  defp of_assigns(:same, room), do: {nil, room}
  defp of_assigns({patch, {left, cut}}, _room), do: {{:assigns, patch}, {left - @least, cut}}

  defp differs(old, new, path, depth, most, limits, {_left, cut} = room) do
    cond do
      equal?(old, new) -> :same
      not alike?(old, new, most) or depth < 2 or is_map_key(cut, path) -> :whole
      true -> patched(maps(old, new, path, depth - 1, limits, room))
    end
  end

  defp patched({[], [], [], _room}), do: :same

  # Mostly it is one key.
  defp patched({[{key, value}], [], [], room}),
    do: {{@marker, :patch, %{key => value}, [], []}, room}

  defp patched({changed, removed, added, room}),
    do: {{@marker, :patch, :maps.from_list(changed), removed, added}, room}

  # Whether the new one can be told by keys. The order of keys must not change with it.
  defp alike?(old, new, most) when is_map(old) and is_map(new) do
    map_size(old) <= most and map_size(new) <= most and
      map_size(old) > @flat == map_size(new) > @flat and
      name(old) === name(new) and (name(new) != Phoenix.LiveView.Socket or most == @wide)
  end

  defp alike?(_old, _new, _most), do: false

  defp name(%{__struct__: name}), do: name
  defp name(_map), do: nil

  defp maps(old, new, path, depth, limits, room) do
    keys = :maps.keys(new)

    if :maps.keys(old) === keys do
      {changed, room} =
        same_keys(keys, :maps.values(old), :maps.values(new), path, depth, limits, room)

      {changed, [], [], room}
    else
      other_keys(old, new, keys, path, depth, limits, room)
    end
  end

  # LiveView's note of what it has to render.
  defp same_keys([:__changed__ | keys], [_ | olds], [_ | news], [:assigns], depth, limits, room),
    do: same_keys(keys, olds, news, [:assigns], depth, limits, room)

  # As in `Escope.State.Noted`.
  defp same_keys([_ | keys], [old | olds], [new | news], [:assigns] = path, depth, limits, room)
       when old === new,
       do: same_keys(keys, olds, news, path, depth, limits, room)

  defp same_keys([_ | keys], [old | olds], [new | news], path, depth, limits, room)
       when (is_atom(old) or is_number(old) or old == []) and old === new,
       do: same_keys(keys, olds, news, path, depth, limits, room)

  defp same_keys([key | keys], [old | olds], [new | news], path, depth, limits, room) do
    if :erts_debug.same(old, new) do
      same_keys(keys, olds, news, path, depth, limits, room)
    else
      case entry(key, old, new, path, depth, limits, room) do
        {nil, room} ->
          same_keys(keys, olds, news, path, depth, limits, room)

        {entry, room} ->
          {changed, room} = same_keys(keys, olds, news, path, depth, limits, room)
          {[entry | changed], room}
      end
    end
  end

  defp same_keys([], [], [], _path, _depth, _limits, room), do: {[], room}

  # What is met most: a count, a flag, a name.
  defp entry(key, _old, new, path, _depth, _limits, {left, cut})
       when is_atom(new) or (is_integer(new) and new < 0x7FFFFFFFFFFFFFF and new > 0),
       do: {{key, new}, {left - @least, uncut(cut, [key | path])}}

  defp entry(key, old, new, path, depth, limits, room) do
    path = [key | path]

    # The assigns of a socket are a state's own keys.
    {depth, most} = if path == [:assigns], do: {depth + 1, @wide}, else: {depth, limits.items}

    case differs(old, new, path, depth, most, limits, room) do
      :same ->
        {nil, room}

      :whole when path == [:assigns] and is_map(new) ->
        {term, room} = entries(Map.delete(new, :__changed__), path, limits, room)
        {{key, term}, room}

      :whole ->
        {term, room} = bounded(new, path, depth, limits, room)
        {{key, term}, room}

      {patch, {left, cut}} ->
        {{key, patch}, {left - @least, cut}}
    end
  end

  defp other_keys(old, new, keys, path, depth, limits, room) do
    removed = for key <- :maps.keys(old), not is_map_key(new, key), key != :__changed__, do: {key}
    found = {[], [], nil, room}

    {changed, added, _previous, room} =
      Enum.reduce(keys, found, fn key, {changed, added, previous, room} ->
        value = :erlang.map_get(key, new)

        case old do
          _ when key == :__changed__ and path == [:assigns] ->
            {changed, added, previous, room}

          %{^key => known} ->
            {entry, room} = known(key, known, value, path, depth, limits, room)
            {entry ++ changed, added, {key}, room}

          _ ->
            {shown, room} = key(key, path, room)
            {value, room} = bounded(value, [key | path], depth, limits, room)
            {[{shown, value} | changed], [{:after, previous, shown} | added], {shown}, room}
        end
      end)

    {changed, removed, Enum.reverse(added), room}
  end

  defp known(key, old, new, path, depth, limits, room) do
    with false <- :erts_debug.same(old, new),
         {{_, _} = entry, room} <- entry(key, old, new, path, depth, limits, room) do
      {[entry], room}
    else
      true -> {[], room}
      {nil, room} -> {[], room}
    end
  end

  # A key that is cut is no key: its map is told whole from then on.
  defp key(key, _path, {left, cut}) when is_atom(key) or is_integer(key),
    do: {key, {left - @least, cut}}

  defp key(key, path, {left, cut} = room) do
    case Size.left(key, @little, 4, 50, 200) do
      fits when fits >= 0 -> {key, {left - @little + fits, cut}}
      _ -> bounded(key, path, 4, %Limits{total: 400, bytes: 200}, room)
    end
  end

  defp bounded(value, path, depth, limits, {left, cut}) when left >= @least do
    most = min(Room.new(limits.total), left)
    {term, unused} = Term.measured(value, most, %{limits | depth: depth})

    cut = if :erts_debug.same(term, value), do: uncut(cut, path), else: Map.put(cut, path, true)

    {term, {left - most + unused, cut}}
  end

  defp bounded(_value, path, _depth, _limits, {left, cut}),
    do: {{@marker, :depth}, {left, Map.put(cut, path, true)}}

  defp uncut(cut, _path) when map_size(cut) == 0, do: cut
  defp uncut(cut, path), do: Map.delete(cut, path)

  @doc "Whether the terms are the same one, or small and equal."
  @spec equal?(term, term) :: boolean
  def equal?(old, new), do: :erts_debug.same(old, new) or same_leaf?(old, new)

  defp same_leaf?(old, new) when is_binary(old) and is_binary(new),
    do: byte_size(new) <= 256 and old === new

  defp same_leaf?(old, new) when is_map(old) or is_map(new), do: false

  defp same_leaf?(old, new) when is_function(old) or is_function(new), do: false
  defp same_leaf?(old, new), do: Size.left(new, @little, 3, 10, 64) >= 0 and old === new
end
