defmodule Escope.Writer do
  @moduledoc """
  Brings what is in the rings into the session's files, or wherever its events go. Runs in the recorder's process.
  """

  alias Escope.{Counts, Drain, Encode, Feed, Origin, Ring, Session, Sink, Watch}

  @batch 500
  @part 256 * 1024
  # How many processes are described again, and about how many bytes that takes of each.
  @descriptions 1_000
  @description 512

  @enforce_keys [:session, :sink, :drain, :watch, :noted]
  defstruct @enforce_keys

  @type t :: %__MODULE__{
          session: Session.t(),
          sink: Sink.t(),
          drain: Drain.t(),
          watch: Watch.t(),
          noted: term
        }

  @spec open(Session.t()) :: {:ok, t} | {:error, term}
  def open(session) do
    with {:ok, sink} <- Sink.open(session) do
      watch = Watch.new(session.settings)

      {:ok,
       %__MODULE__{
         session: session,
         sink: sink,
         drain: Drain.new(),
         watch: watch,
         noted: nil
       }}
    end
  end

  @doc "Writes what the rings hold now; writers that are faster than this must not keep it busy for ever."
  @spec drain(t, Ring.state() | nil) :: {:ok, t} | {:error, term}
  def drain(writer, nil), do: ends(writer)

  def drain(writer, on) do
    {late, drain} = Drain.retry(writer.drain, on)
    rounds = div(Ring.size(on), @batch) + 1
    with {:ok, writer} <- taken(%{writer | drain: drain}, late), do: rings(writer, on, rounds)
  end

  defp rings(writer, on, rounds) do
    {events, more?, drain} = Drain.take(writer.drain, on, @batch)

    with {:ok, writer} <- taken(%{writer | drain: drain}, events),
         do: if(more? and rounds > 1, do: rings(writer, on, rounds - 1), else: ends(writer))
  end

  # In parts that weigh little: what takes long to encode, or is interrupted, keeps nothing from the disk.
  defp taken(writer, []), do: {:ok, writer}

  defp taken(writer, taken) do
    {part, rest} = part(taken, [], @batch, @part)
    with {:ok, writer} <- encoded(writer, part), do: taken(writer, rest)
  end

  defp part([event | rest], part, events, bytes) when events > 0 and bytes > 0,
    do: part(rest, [event | part], events - 1, bytes - Drain.weight(event))

  defp part(rest, part, _events, _bytes), do: {Enum.reverse(part), rest}

  defp encoded(writer, taken) do
    %{settings: settings, policies: policies, counts: counts} = writer.session
    {events, places} = Encode.events(taken, settings.redact, policies, counts)

    with {:ok, writer} <- append(writer, events) do
      Counts.add(counts, :from_rings, places)
      {:ok, %{writer | watch: Watch.see(writer.watch, events)}}
    end
  end

  defp ends(writer) do
    {events, watch} = Watch.ended(writer.watch)
    append(%{writer | watch: watch}, events)
  end

  @doc "Writes events that came by another way than the rings."
  @spec append(t, [Encode.event()]) :: {:ok, t} | {:error, term}
  def append(writer, []), do: {:ok, writer}

  def append(writer, events) do
    {batch, rest} = Enum.split(events, @batch)
    first = Counts.get(writer.session.counts, :first_segment)

    with {:ok, sink} <- Sink.append(writer.sink, batch) do
      Counts.add(writer.session.counts, :written, length(batch))
      Feed.offer(batch)
      if Counts.get(writer.session.counts, :first_segment) != first, do: named_again(writer)
      append(%{writer | sink: sink}, rest)
    end
  end

  # What was said of processes that live on may have gone with a segment. It is said again, of as many as leave most
  # of a segment to others.
  defp named_again(%{session: session, watch: watch}) do
    {:folder, _, %{segment_bytes: bytes}} = session.settings.to
    most = min(div(bytes, 8 * @description), @descriptions)
    on = Ring.state()

    for pid <- Enum.take(Watch.pids(watch), most),
        on && Ring.room?(on),
        do: Origin.report(on, pid)
  end

  @doc "Brings `recording.json` up to date, if a count has changed."
  @spec note(t, Session.clock() | nil) :: {:ok, t} | {:error, term}
  def note(%{session: session} = writer, ended) do
    counts = {Counts.get(session.counts, :written), Counts.drops(session.counts), ended}

    if counts == writer.noted do
      {:ok, writer}
    else
      with :ok <- Session.write_info(session, ended), do: {:ok, %{writer | noted: counts}}
    end
  end

  @doc "Counts as lost what was taken from the rings and came to nothing. Only between two drains."
  @spec account(t, Ring.state() | nil) :: :ok
  def account(_writer, nil), do: :ok

  def account(writer, {_, rings, _, _, counts, _}) do
    passed = rings |> Tuple.to_list() |> Enum.map(&Ring.tail/1) |> Enum.sum()
    known = Counts.accounted(counts) + Drain.waiting(writer.drain) - Drain.early(writer.drain)
    Counts.add(counts, :lost, max(passed - known, 0))
  end

  @spec close(t) :: :ok
  def close(writer) do
    Watch.close(writer.watch)
    Sink.close(writer.sink)
  end
end
