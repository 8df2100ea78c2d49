defmodule Escope.Drain do
  @moduledoc """
  Reads the rings. Runs in the recorder's process, the only reader.

  A place that was claimed and is still empty belongs to a writer that was interrupted: it is
  looked at again for `@patience` milliseconds, for a writer may only wait for its scheduler. A
  place that a later event has taken was overwritten.
  """

  import Bitwise

  alias Escope.{Counts, Ring}

  @patience 2_000

  @enforce_keys [:waiting, :early, :patience]
  defstruct @enforce_keys

  @typedoc "Per ring: places to look at again, since when, and events that were read before their turn."
  @type t :: %__MODULE__{
          waiting: %{{pos_integer, integer} => integer},
          early: MapSet.t(),
          patience: non_neg_integer
        }

  @doc "`patience`: how many milliseconds an empty place is waited for."
  @spec new(non_neg_integer) :: t
  def new(patience \\ @patience),
    do: %__MODULE__{waiting: %{}, early: MapSet.new(), patience: patience}

  @doc "How many places are still looked for."
  @spec waiting(t) :: non_neg_integer
  def waiting(drain), do: map_size(drain.waiting)

  @doc "How many events were taken before their turn."
  @spec early(t) :: non_neg_integer
  def early(drain), do: MapSet.size(drain.early)

  @doc "Takes up to `most` events of each ring. `more?`: there were more."
  @spec take(t, Ring.state(), pos_integer) :: {[tuple], more? :: boolean, t}
  def take(drain, {_, rings, how_many, _, _, _} = on, most) do
    taken =
      Enum.reduce(1..how_many, {[], false, drain}, fn number, {events, more?, drain} ->
        ring = :erlang.element(number, rings)
        {found, ring_has_more?, drain} = take_ring(drain, on, ring, number, most)
        {found ++ events, more? or ring_has_more?, drain}
      end)

    Ring.reopen(on)
    taken
  end

  @doc "Looks again at the places that were empty."
  @spec retry(t, Ring.state()) :: {[tuple], t}
  def retry(drain, {_, rings, _, _, _, _} = on) do
    Enum.reduce(drain.waiting, {[], drain}, fn {{number, _} = place, since}, {_, drain} = found ->
      # Its event may have been met in the place of one before it.
      if is_map_key(drain.waiting, place),
        do: look(found, on, :erlang.element(number, rings), place, since),
        else: found
    end)
  end

  defp take_ring(drain, {_, _, _, mask, counts, _} = on, ring, number, most) do
    # Before the head: what is noted of later places is not taken with these.
    held = Ring.weight(ring)
    head = Ring.head(ring)
    {skipped, drain} = skip(drain, number, Ring.tail(ring), head - mask - 1)
    Counts.add(counts, :overwritten, skipped)
    tail = max(Ring.tail(ring), head - mask - 1)
    # Before reading: an event that is still met in a later one's place is counted already.
    Ring.pass(ring, tail)
    last = min(head, tail + min(most, mask + 1))
    {events, drain} = read({[], drain}, on, ring, number, tail + 1, last, now())
    Ring.pass(ring, last)
    # All of it where the ring is empty, for what was lost is not told.
    Ring.lighten(ring, if(last == head, do: held, else: sum(events, 0)))
    {Enum.reverse(events), last < head, drain}
  end

  defp sum([], sum), do: sum

  defp sum([event | rest], sum), do: sum(rest, sum + weight(event))

  @doc "About how many bytes of large values an event holds."
  @spec weight(tuple) :: non_neg_integer
  def weight(event) do
    case elem(event, tuple_size(event) - 1) do
      {cost, _notes} -> cost
      _ -> 0
    end
  end

  # Places that were overwritten before their turn; some of their events were read early.
  defp skip(drain, _number, tail, oldest) when oldest <= tail, do: {0, drain}

  defp skip(drain, number, tail, oldest) do
    {passed, early} = Enum.split_with(drain.early, fn {n, i} -> n == number and i <= oldest end)
    {oldest - tail - length(passed), %{drain | early: MapSet.new(early)}}
  end

  defp read(found, _on, _ring, _number, index, last, _now) when index > last, do: found

  # Most places hold their own event. A place that is read for the first time is not waited for.
  defp read({events, drain}, on, ring, number, index, last, now) do
    place = {number, index}
    {_, _, _, mask, _, _} = on

    found =
      if early?(drain, place) do
        {events, %{drain | early: MapSet.delete(drain.early, place)}}
      else
        case Ring.take(ring, index &&& mask) do
          event when is_tuple(event) and :erlang.element(2, event) == index ->
            {[event | events], drain}

          event ->
            looked({events, drain}, on, ring, place, now, event)
        end
      end

    read(found, on, ring, number, index + 1, last, now)
  end

  defp early?(%{early: early}, place), do: MapSet.size(early) > 0 and MapSet.member?(early, place)

  defp look(found, {_, _, _, mask, _, _} = on, ring, {_, index} = place, since),
    do: looked(found, on, ring, place, since, Ring.take(ring, index &&& mask))

  defp looked({events, drain}, {_, _, _, _, counts, _}, ring, place, since, event) do
    case event do
      nil -> {events, wait(drain, place, since, counts)}
      event -> taken({events, drain}, event, ring, place, since, counts)
    end
  end

  defp taken({events, drain}, event, ring, {number, _} = place, since, counts) do
    found = {number, :erlang.element(2, event)}

    cond do
      found == place ->
        {[event | events], forget(drain, place)}

      found > place ->
        Counts.add(counts, :overwritten)
        other({events, forget(drain, place)}, event, found, Ring.tail(ring))

      found < place ->
        other({events, wait(drain, place, since, counts)}, event, found, Ring.tail(ring))
    end
  end

  # An event met in another's place: one that was waited for, one whose turn has not come, or one
  # that came so late that it was counted as lost.
  defp other({events, drain}, event, {_, index} = place, tail) do
    cond do
      Map.has_key?(drain.waiting, place) -> {[event | events], forget(drain, place)}
      index > tail -> {[event | events], %{drain | early: MapSet.put(drain.early, place)}}
      true -> {events, drain}
    end
  end

  defp wait(drain, place, since, counts) do
    if now() - since > drain.patience do
      Counts.add(counts, :unwritten)
      forget(drain, place)
    else
      %{drain | waiting: Map.put(drain.waiting, place, since)}
    end
  end

  defp now, do: System.monotonic_time(:millisecond)

  defp forget(drain, place), do: %{drain | waiting: Map.delete(drain.waiting, place)}
end
