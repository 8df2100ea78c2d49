defmodule Escope.Live.Known do
  @moduledoc """
  What a process remembers of the trees that it has told. Used by `Escope.Live.Changes` in the application's
  processes, in their dictionary.

  Held are names and numbers, and the map of component ids that the LiveView holds itself.
  """

  @key :"$escope_tree"
  # LiveViews of a process: several where it renders pages for HTTP requests.
  @views 64
  # Of a tree with more components, the further ones are not told.
  @most 10_000

  defstruct ids: nil, parents: %{}, names: %{}, waiting: %{}

  @typedoc "`parents`: of each component that was told; `waiting`: of those that have no number so far."
  @type view :: %__MODULE__{
          ids: map | nil,
          parents: %{integer => parent},
          names: %{{module, term} => integer},
          waiting: %{{module, term} => parent}
        }
  @type parent :: integer | nil | :unknown
  @type t :: {Escope.Ring.made(), %{term => view}}

  @doc "What was told into other rings may be lost: all is told again."
  @spec get(Escope.Ring.made()) :: t
  def get(made) do
    case Process.get(@key) do
      {^made, _views} = known -> known
      _ -> {made, %{}}
    end
  end

  @spec put(t) :: term
  def put(known), do: Process.put(@key, known)

  @doc "Lets go of what the process holds."
  @spec forget() :: term
  def forget, do: Process.delete(@key)

  @spec view?(t, term) :: boolean
  def view?({_made, views}, view), do: is_map_key(views, view)

  @doc "Begins a tree; `only`: those before are no more."
  @spec begin(t, term, boolean) :: t
  def begin({made, _views}, view, true), do: {made, %{view => %__MODULE__{}}}

  def begin({made, views}, view, false) when map_size(views) < @views,
    do: {made, Map.put(views, view, %__MODULE__{})}

  def begin({made, _views}, view, false), do: {made, %{view => %__MODULE__{}}}

  @doc "Whether the LiveView's map of ids is the one that was seen last."
  @spec ids?(t, term, map) :: boolean
  def ids?(known, view, ids) do
    case of(known, view).ids do
      nil -> map_size(ids) == 0 and view?(known, view)
      last -> :erts_debug.same(last, ids)
    end
  end

  @spec ids(t, term, map) :: t
  def ids(known, view, ids), do: change(known, view, %{of(known, view) | ids: ids})

  @spec cid?(t, term, integer) :: boolean
  def cid?(known, view, cid), do: is_map_key(of(known, view).parents, cid)

  @doc "Adds a component; its parent is the one whose template has named it, else `parent`."
  @spec add(t, term, integer, module, term, parent) :: {parent, t}
  def add(known, view, cid, module, id, parent) do
    %{parents: parents, names: names, waiting: waiting} = tree = of(known, view)
    {parent, waiting} = Map.pop(waiting, {module, id}, parent)

    if map_size(parents) < @most do
      parents = Map.put(parents, cid, parent)
      names = Map.put(names, {module, id}, cid)
      {parent, change(known, view, %{tree | parents: parents, names: names, waiting: waiting})}
    else
      {parent, known}
    end
  end

  @doc "A template of `parent` has named a component."
  @spec given(t, term, module, term, parent) ::
          {:new, t} | {:same, integer, t} | {:moved, integer, t}
  def given(known, view, module, id, parent) do
    %{parents: parents, names: names, waiting: waiting} = tree = of(known, view)

    case Map.fetch(names, {module, id}) do
      {:ok, cid} when :erlang.map_get(cid, parents) == parent ->
        {:same, cid, known}

      {:ok, cid} ->
        {:moved, cid, change(known, view, %{tree | parents: %{parents | cid => parent}})}

      :error when map_size(waiting) < @most ->
        waiting = Map.put(waiting, {module, id}, parent)
        {:new, change(known, view, %{tree | waiting: waiting})}

      :error ->
        {:new, known}
    end
  end

  @doc "Which of the known components are not among these."
  @spec gone(t, term, map) :: [integer]
  def gone(known, view, cids),
    do: for({cid, _} <- of(known, view).parents, not is_map_key(cids, cid), do: cid)

  @spec without(t, term, [integer]) :: t
  def without(known, _view, []), do: known

  def without(known, view, cids) do
    tree = of(known, view)
    parents = Map.drop(tree.parents, cids)
    names = Map.filter(tree.names, fn {_name, cid} -> is_map_key(parents, cid) end)
    change(known, view, %{tree | parents: parents, names: names})
  end

  defp of({_made, views}, view), do: Map.get(views, view, %__MODULE__{})

  defp change({made, views}, view, tree) when is_map_key(views, view),
    do: {made, %{views | view => tree}}

  defp change(known, view, tree) do
    {made, views} = begin(known, view, false)
    {made, %{views | view => tree}}
  end
end

# Crash reports print a process's dictionary.
defimpl Inspect, for: Escope.Live.Known do
  def inspect(_known, _options), do: "#Escope.Live.Known<...>"
end
