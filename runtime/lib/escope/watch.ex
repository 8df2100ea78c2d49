defmodule Escope.Watch do
  @moduledoc """
  Which processes were seen, and how they ended. Runs in the recorder's process, which monitors
  them; only `announce/1` is called by the processes themselves.

  A process that ended before it was monitored has an unknown reason.
  """

  alias Escope.{Clock, Counts, Encode, Ring, Term}

  @unknown {:"$escope", :unknown}

  @enforce_keys [:settings, :seen, :ended]
  defstruct @enforce_keys

  @type t :: %__MODULE__{
          settings: Escope.Settings.t(),
          seen: %{pid => reference},
          ended: [Encode.event()]
        }

  @spec new(Escope.Settings.t()) :: t
  def new(settings), do: %__MODULE__{settings: settings, seen: %{}, ended: []}

  @doc "How many processes are watched."
  @spec count(t) :: non_neg_integer
  def count(watch), do: map_size(watch.seen)

  @spec pids(t) :: [pid]
  def pids(watch), do: Map.keys(watch.seen)

  # A recorder that waits for its disk must not gather messages without end; processes that are
  # not announced are monitored when their first event is read.
  @announced 10_000

  @doc "Tells the recorder of the calling process, before that ends."
  @spec announce(Counts.t()) :: term
  def announce(counts) do
    recorder = Process.whereis(Escope.Recorder)

    if recorder && Counts.get(counts, :announced) < @announced do
      Counts.add(counts, :announced)
      send(recorder, {:seen, self()})
    end
  end

  @doc "Monitors an announced process."
  @spec announced(t, pid) :: t
  def announced(watch, pid) do
    with {_, _, _, _, counts, _} <- Ring.state(), do: Counts.add(counts, :announced, -1)
    see_one(pid, watch)
  end

  @doc "Monitors the processes of these events."
  @spec see(t, [Encode.event()]) :: t
  def see(watch, events), do: see(watch, events, nil)

  defp see(watch, [], _last), do: watch

  # Neighbours mostly are of one process.
  defp see(watch, [{_, _, _, pid, _, _, _, _, _} | rest], pid), do: see(watch, rest, pid)

  defp see(watch, [{_, _, _, pid, _, _, _, _, _} | rest], _last),
    do: pid |> see_one(watch) |> see(rest, pid)

  defp see_one(pid, %{seen: seen} = watch) when is_map_key(seen, pid), do: watch
  defp see_one(pid, watch), do: %{watch | seen: Map.put(watch.seen, pid, Process.monitor(pid))}

  @doc "Notes that a process ended; its last events may still be in the rings."
  @spec down(t, pid, term) :: t
  def down(watch, pid, reason) do
    reason = if reason == :noproc, do: @unknown, else: Term.bound(reason, watch.settings.limits)

    event = Encode.exit(pid, Clock.now(), reason, watch.settings.redact)
    %{watch | ended: [event | watch.ended]}
  end

  @doc "The ends noted since the last call, when all events of these processes have been read."
  @spec ended(t) :: {[Encode.event()], t}
  def ended(watch) do
    seen = Map.drop(watch.seen, Enum.map(watch.ended, &elem(&1, 3)))
    {watch.ended, %{watch | seen: seen, ended: []}}
  end

  @spec close(t) :: :ok
  def close(watch),
    do: Enum.each(watch.seen, fn {_pid, ref} -> Process.demonitor(ref, [:flush]) end)
end
