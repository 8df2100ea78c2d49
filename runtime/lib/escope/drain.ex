defmodule Escope.Drain do
  @moduledoc """
  Reads the rings. Runs in the recorder's process, the only reader.

  A place that was claimed and is still empty belongs to a writer that was interrupted: it is
  looked at again later, `@patience` times. A place that a later event has taken was overwritten.
  """

  import Bitwise

  alias Escope.{Counts, Ring}

  @patience 20

  @enforce_keys [:waiting, :early]
  defstruct @enforce_keys

  @typedoc "Per ring: places to look at again, and events that were read before their turn."
  @type t :: %__MODULE__{waiting: %{{pos_integer, integer} => non_neg_integer}, early: MapSet.t()}

  @spec new() :: t
  def new, do: %__MODULE__{waiting: %{}, early: MapSet.new()}

  @doc "How many places are still looked for."
  @spec waiting(t) :: non_neg_integer
  def waiting(drain), do: map_size(drain.waiting)

  @doc "How many events were taken before their turn."
  @spec early(t) :: non_neg_integer
  def early(drain), do: MapSet.size(drain.early)

  @doc "Takes up to `most` events of each ring. `more?`: there were more."
  @spec take(t, Ring.state(), pos_integer) :: {[tuple], more? :: boolean, t}
  def take(drain, {_, rings, how_many, _, _, _} = on, most) do
    Enum.reduce(1..how_many, {[], false, drain}, fn number, {events, more?, drain} ->
      ring = :erlang.element(number, rings)
      {found, ring_has_more?, drain} = take_ring(drain, on, ring, number, most)
      {found ++ events, more? or ring_has_more?, drain}
    end)
  end

  @doc "Looks again at the places that were empty."
  @spec retry(t, Ring.state()) :: {[tuple], t}
  def retry(drain, {_, rings, _, _, _, _} = on) do
    Enum.reduce(drain.waiting, {[], drain}, fn {{number, index}, tries}, {events, drain} ->
      look({events, drain}, on, :erlang.element(number, rings), {number, index}, tries)
    end)
  end

  defp take_ring(drain, {_, _, _, mask, counts, _} = on, ring, number, most) do
    head = Ring.head(ring)
    tail = max(Ring.tail(ring), head - mask - 1)
    Counts.add(counts, :overwritten, tail - Ring.tail(ring))
    last = min(head, tail + most)
    {events, drain} = read({[], drain}, on, ring, number, tail + 1, last)
    Ring.pass(ring, last)
    {Enum.reverse(events), last < head, forget_passed(drain, number, last)}
  end

  defp read(found, _on, _ring, _number, index, last) when index > last, do: found

  defp read({_, drain} = found, on, ring, number, index, last) do
    place = {number, index}

    found =
      if MapSet.member?(drain.early, place),
        do: put_elem(found, 1, %{drain | early: MapSet.delete(drain.early, place)}),
        else: look(found, on, ring, place, 0)

    read(found, on, ring, number, index + 1, last)
  end

  defp look({events, drain}, {_, _, _, mask, counts, _}, ring, {_, index} = place, tries) do
    case Ring.take(ring, index &&& mask) do
      nil -> {events, wait(drain, place, tries, counts)}
      event -> taken({events, drain}, event, place, tries, counts)
    end
  end

  defp taken({events, drain}, event, {number, index} = place, tries, counts) do
    case :erlang.element(2, event) do
      ^index ->
        {[event | events], forget(drain, place)}

      later when later > index ->
        Counts.add(counts, :overwritten)
        drain = forget(drain, place)
        early(drain, events, event, {number, later})

      earlier ->
        drain = wait(drain, place, tries, counts)
        late(drain, events, event, {number, earlier})
    end
  end

  # It may be one that was waited for; otherwise it must not be looked for when its turn comes.
  defp early(drain, events, event, place) do
    if Map.has_key?(drain.waiting, place),
      do: {[event | events], forget(drain, place)},
      else: {[event | events], %{drain | early: MapSet.put(drain.early, place)}}
  end

  # One that nobody waits for was counted as lost.
  defp late(drain, events, event, place) do
    if Map.has_key?(drain.waiting, place),
      do: {[event | events], forget(drain, place)},
      else: {events, drain}
  end

  defp wait(drain, place, tries, counts) when tries >= @patience do
    Counts.add(counts, :unwritten)
    forget(drain, place)
  end

  defp wait(drain, place, tries, _counts),
    do: %{drain | waiting: Map.put(drain.waiting, place, tries + 1)}

  # Places that were skipped never have their turn.
  defp forget_passed(%{early: early} = drain, number, last) do
    if MapSet.size(early) == 0,
      do: drain,
      else: %{
        drain
        | early: MapSet.reject(early, fn {n, index} -> n == number and index <= last end)
      }
  end

  defp forget(drain, place), do: %{drain | waiting: Map.delete(drain.waiting, place)}
end
