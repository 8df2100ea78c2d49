defmodule Escope.Counts do
  @moduledoc """
  Counts of one recording: its events, and those that were lost, by reason. Written by the
  application's processes and the recorder, read by anyone.

  Invariant: every event for which a place was claimed is at last counted once: as written from a
  ring, or under one reason.
  """

  # written: all events in the recording; from_rings: those of them that came through a ring;
  # announced: messages about new processes that the recorder has not read yet; queued: events that
  # wait for a socket, or for what it answers; frame: the number of the last frame for it;
  # first_segment: the first one that is still there, where some were rotated.
  @inner [:written, :from_rings, :announced, :queued, :frame, :first_segment]
  @reasons [
    :failed,
    :limited,
    :refused,
    :overwritten,
    :unwritten,
    :unencodable,
    :lost,
    :rotated,
    :unsent
  ]
  @names @inner ++ @reasons
  @index @names |> Enum.with_index(1) |> Map.new()

  @type t :: :counters.counters_ref()

  @spec new() :: t
  def new, do: :counters.new(length(@names), [:write_concurrency])

  @spec add(t, atom, integer) :: :ok
  def add(counts, name, n \\ 1)
  def add(_counts, _name, 0), do: :ok
  def add(counts, name, n), do: :counters.add(counts, Map.fetch!(@index, name), n)

  @spec reset(t, atom) :: :ok
  def reset(counts, name), do: :counters.put(counts, Map.fetch!(@index, name), 0)

  @spec get(t, atom) :: integer
  def get(counts, name), do: :counters.get(counts, Map.fetch!(@index, name))

  @doc "Notes that a segment with `n` events goes, and which one is the first then."
  @spec rotated(t, non_neg_integer, pos_integer) :: :ok
  def rotated(counts, n, first) do
    :counters.put(counts, @index.first_segment, first)
    moved(counts, n, :rotated)
  end

  @doc "Notes that `n` events are no longer in the recording."
  @spec moved(t, non_neg_integer, atom) :: :ok
  def moved(counts, n, reason) do
    add(counts, :written, -n)
    add(counts, reason, n)
  end

  @doc "How many places of the rings are accounted for."
  @spec accounted(t) :: integer
  def accounted(counts) do
    [:from_rings, :overwritten, :unwritten, :unencodable, :lost]
    |> Enum.map(&get(counts, &1))
    |> Enum.sum()
  end

  @doc "How many events were lost, for each reason for which there are some."
  @spec drops(t) :: %{atom => pos_integer}
  def drops(counts) do
    for reason <- @reasons, (n = get(counts, reason)) > 0, into: %{}, do: {reason, n}
  end
end
