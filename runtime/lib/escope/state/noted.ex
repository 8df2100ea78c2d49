defmodule Escope.State.Noted do
  @moduledoc """
  Which assigns of a socket have changed, by LiveView's own note of it. Called by `Escope.State.Patch` in
  the application's processes.

  The note is a hint: what it leaves out has to be the same, which one comparison of two maps says, where looking
  at each key costs as much as everything else. LiveView itself compares whatever it assigns, and
  keeps what is equal; so nothing large that is equal is met here but the very same.
  """

  # More are looked for key by key.
  @most 8

  @doc "The keys that may have changed, and what they had and have; `:unknown` where the note does not say all."
  @spec changed(map, map) :: :same | :unknown | {[term], olds :: [term], news :: [term]}
  def changed(%{__changed__: _} = known, %{__changed__: noted} = assigns) do
    known = %{known | __changed__: noted}

    cond do
      known === assigns -> :same
      is_map(noted) and map_size(noted) <= @most -> found(:maps.keys(noted), known, assigns)
      true -> :unknown
    end
  end

  def changed(_known, _assigns), do: :unknown

  defp found(keys, known, assigns) do
    if expected(keys, known, assigns) === assigns,
      do: {keys, values(keys, known), values(keys, assigns)},
      else: :unknown
  end

  # What is known, with what is noted; a key that was not there before is another matter.
  defp expected([], known, _assigns), do: known

  defp expected([key | keys], known, assigns) do
    case {known, assigns} do
      {%{^key => _}, %{^key => value}} -> expected(keys, %{known | key => value}, assigns)
      _ -> nil
    end
  end

  defp values(keys, map), do: for(key <- keys, do: :erlang.map_get(key, map))
end
