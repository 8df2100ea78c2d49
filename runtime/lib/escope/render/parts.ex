defmodule Escope.Render.Parts do
  @moduledoc """
  What a template's function returns, and what of it is to be timed: further templates, and the
  entries of comprehensions. Called by `Escope.Render` in the application's processes.

  Of other spans' templates, those of probed function components, nothing is changed here.
  """

  alias Escope.Render

  defstruct later: 0, all: 0, evaluated: 0, components: []

  @typedoc """
  `later`: functions that are still to be called. `all`: a template's expressions; `evaluated`: those
  that change tracking has not passed over. `components`: LiveComponents that were given assigns.
  """
  @type t :: %__MODULE__{
          later: non_neg_integer,
          all: non_neg_integer,
          evaluated: non_neg_integer,
          components: [{module, term}]
        }

  @doc "A function in place of `dynamic`, which is timed."
  @spec timed(Render.owner(), function) :: function
  def timed(owner, dynamic) when is_function(dynamic, 1),
    do: fn track? -> Render.run(owner, dynamic, [track?]) end

  def timed(owner, dynamic) when is_function(dynamic, 2),
    do: fn changed, track? -> Render.run(owner, dynamic, [changed, track?]) end

  @doc "Whether the function is one of `timed/2`."
  @spec timed?(function) :: boolean
  def timed?(dynamic), do: :erlang.fun_info(dynamic, :module) == {:module, __MODULE__}

  @doc "The template's expressions with their functions timed."
  @spec timed_all(term, Render.owner()) :: {term, t}
  def timed_all(result, owner) when is_list(result) do
    {result, found} = list(result, owner, %__MODULE__{})
    {result, %{found | components: Enum.reverse(found.components)}}
  end

  def timed_all(result, _owner), do: {result, %__MODULE__{}}

  # Most templates hold texts and what did not change: they stay as they are.
  defp list(list, owner, found) do
    case plain(list, 0, 0) do
      {all, evaluated} ->
        {list, %{found | all: found.all + all, evaluated: found.evaluated + evaluated}}

      :structs ->
        Enum.map_reduce(list, found, &part(&1, owner, &2))
    end
  end

  defp plain([nil | rest], all, evaluated), do: plain(rest, all + 1, evaluated)
  defp plain([%{} | _rest], _all, _evaluated), do: :structs
  defp plain([_text | rest], all, evaluated), do: plain(rest, all + 1, evaluated + 1)
  defp plain([], all, evaluated), do: {all, evaluated}

  defp part(nil, _owner, found), do: {nil, %{found | all: found.all + 1}}

  defp part(part, owner, found),
    do: struct(part, owner, %{found | all: found.all + 1, evaluated: found.evaluated + 1})

  defp struct(%{__struct__: Phoenix.LiveView.Rendered, dynamic: dynamic} = part, owner, found)
       when is_function(dynamic, 1) do
    if timed?(dynamic),
      do: {part, found},
      else: {%{part | dynamic: timed(owner, dynamic)}, %{found | later: found.later + 1}}
  end

  # Since LiveView 1.1 an entry is a function.
  defp struct(
         %{__struct__: Phoenix.LiveView.Comprehension, entries: [_ | _] = entries} = part,
         owner,
         found
       ) do
    {entries, found} = Enum.map_reduce(entries, found, &entry(&1, owner, &2))
    {%{part | entries: entries}, found}
  end

  # Before, the entries have been evaluated with the template around them.
  defp struct(
         %{__struct__: Phoenix.LiveView.Comprehension, dynamics: [_ | _] = dynamics} = part,
         owner,
         found
       ) do
    {dynamics, found} = Enum.map_reduce(dynamics, found, &list(&1, owner, &2))
    {%{part | dynamics: dynamics}, found}
  end

  defp struct(
         %{__struct__: Phoenix.LiveView.Component, component: module, id: id} = part,
         _,
         found
       ),
       do: {part, %{found | components: [{module, id} | found.components]}}

  defp struct(part, _owner, found), do: {part, found}

  defp entry({key, vars, render} = entry, owner, found) when is_function(render, 2) do
    if timed?(render),
      do: {entry, found},
      else: {{key, vars, timed(owner, render)}, %{found | later: found.later + 1}}
  end

  defp entry(entry, _owner, found), do: {entry, found}
end
