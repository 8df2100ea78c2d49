defmodule Escope.Render.Tally do
  @moduledoc """
  Adds up, in the process's dictionary, what the functions of a span's template cost, until the last
  of them was called. Used by `Escope.Render` in the application's processes.

  A template that holds another span's is over when that one is. One of which a function is never
  called is told at the end of the turn.
  """

  alias Escope.Clock
  alias Escope.Render.Parts

  @key :"$escope_render"
  # A page of so many templates that wait for each other is not measured any further.
  @most 10_000

  defstruct [:parent, :id, :place, :changed, :began, :ended, :tracked] ++
              [later: 1, own: 0, functions: 0, all: 0, evaluated: 0]

  @typedoc "`inside`: what other templates took that were rendered within the function that is called now."
  @type outer :: {current :: integer | nil, inside :: non_neg_integer}
  @type told :: [{Escope.Probe.id(), span :: integer, payload :: map}]

  @doc "Begins the tally of a span's template; false where there are too many."
  @spec open(integer, integer, Escope.Probe.id(), Escope.Render.began()) :: boolean
  def open(epoch, span, id, began) do
    {current, inside, tallies} = get(epoch)
    # What waits for a function that nobody has called will not be over any more.
    tallies = if current == nil and map_size(tallies) >= @most, do: %{}, else: tallies

    if map_size(tallies) < @most do
      {changed, place} = began || {nil, nil}
      around = tallies[current]
      place = place || (around && around.place)
      tally = %__MODULE__{parent: current, id: id, place: place, changed: changed}
      put(epoch, current, inside, tallies |> waits(current, 1) |> Map.put(span, tally))
      true
    else
      false
    end
  end

  defp waits(tallies, span, more) do
    case tallies do
      %{^span => tally} -> %{tallies | span => %{tally | later: tally.later + more}}
      _ -> tallies
    end
  end

  @doc "A function of the span's template is called."
  @spec begin(integer, integer, Escope.Probe.id()) :: outer
  def begin(epoch, span, id) do
    {current, inside, tallies} = get(epoch)
    # Called once more than it was expected to be.
    tallies = Map.put_new_lazy(tallies, span, fn -> %__MODULE__{parent: nil, id: id} end)
    put(epoch, span, 0, tallies)
    {current, inside}
  end

  @doc "It has returned; what there is to tell."
  @spec finish(outer, integer, integer, integer, boolean, Parts.t()) :: told
  def finish({current, before}, span, began, ended, tracked, found) do
    {epoch, _, inside, tallies} = Process.get(@key)
    tally = tallies |> Map.fetch!(span) |> add(began, ended, inside, tracked, found)
    {told, tallies} = over(tallies, span, tally, [])
    put(epoch, current, before + ended - began, tallies)
    told
  end

  defp add(tally, began, ended, inside, tracked, found) do
    %{
      tally
      | began: tally.began || began,
        ended: ended,
        tracked: if(tally.tracked == nil, do: tracked, else: tally.tracked),
        later: tally.later - 1 + found.later,
        own: tally.own + max(ended - began - inside, 0),
        functions: tally.functions + 1,
        all: tally.all + found.all,
        evaluated: tally.evaluated + found.evaluated
    }
  end

  defp over(tallies, span, %{later: later} = tally, told) when later > 0,
    do: {Enum.reverse(told), %{tallies | span => tally}}

  defp over(tallies, span, tally, told) do
    told = [{tally.id, span, payload(tally, true)} | told]
    tallies = Map.delete(tallies, span)

    case Map.fetch(tallies, tally.parent) do
      {:ok, around} ->
        over(tallies, tally.parent, %{around | later: around.later - 1, ended: tally.ended}, told)

      :error ->
        {Enum.reverse(told), tallies}
    end
  end

  @doc "It has raised: neither its template nor those around it will be over."
  @spec fail(outer, integer, integer, integer) :: told
  def fail({current, before}, span, began, ended) do
    {epoch, _, inside, tallies} = Process.get(@key)
    tally = tallies |> Map.fetch!(span) |> add(began, ended, inside, nil, %Parts{})
    {told, tallies} = given_up(%{tallies | span => tally}, span, ended, [])
    put(epoch, current, before + ended - began, tallies)
    told
  end

  defp given_up(tallies, span, ended, told) do
    case Map.pop(tallies, span) do
      {nil, tallies} ->
        {Enum.reverse(told), tallies}

      {tally, tallies} ->
        told = [{tally.id, span, payload(%{tally | ended: ended}, false)} | told]
        given_up(tallies, tally.parent, ended, told)
    end
  end

  @doc "What is left of templates of which a function was never called."
  @spec rest(integer) :: told
  def rest(epoch) do
    case get(epoch) do
      {_current, _inside, tallies} when map_size(tallies) > 0 ->
        forget()
        for {span, %{began: began} = tally} <- tallies, began != nil, do: told(span, tally)

      _ ->
        []
    end
  end

  defp told(span, tally), do: {tally.id, span, payload(tally, false)}

  @doc "Whose template it is, of those that have a place in the tree."
  @spec place(integer) :: Escope.Live.Changes.place() | nil
  def place(span) do
    case Process.get(@key) do
      {_, _, _, %{^span => %{place: place}}} -> place
      _ -> nil
    end
  end

  defp payload(tally, complete) do
    %{
      own: Clock.nanoseconds(tally.own),
      total: if(tally.began, do: Clock.nanoseconds(tally.ended - tally.began), else: 0),
      functions: tally.functions,
      dynamics: tally.all,
      evaluated: tally.evaluated,
      tracked: tally.tracked == true,
      changed: tally.changed,
      complete: complete
    }
  end

  defp get(epoch) do
    case Process.get(@key) do
      {^epoch, current, inside, tallies} -> {current, inside, tallies}
      _ -> {nil, 0, %{}}
    end
  end

  defp put(epoch, nil, _inside, tallies) when map_size(tallies) == 0,
    do: Process.put(@key, {epoch, nil, 0, tallies})

  defp put(epoch, current, inside, tallies),
    do: Process.put(@key, {epoch, current, inside, tallies})

  @doc "Lets go of what the process holds."
  @spec forget() :: nil
  def forget do
    Process.delete(@key)
    nil
  end
end
