defmodule Escope.Ring do
  @moduledoc """
  Rings of events, one a scheduler, between the application's processes, which write, and the
  recorder, which reads (`Escope.Drain`).

  A writer claims a place by counting up, then inserts one tuple. When the reader is slow, no more
  spans are opened (`room?/1`); what still does not fit overwrites the oldest event. The state of a recording that is on is one persistent term: its absence
  means that probes are off.
  """

  import Bitwise

  alias Escope.{Counts, Policies}
  alias Escope.State.Memory

  @key :"$escope"
  @head 1
  @tail 2
  # About how many bytes of large values the ring holds, and all may hold together.
  @weight 3
  @heaviest 24 * 1024 * 1024
  # What is set aside for rings that hold little: theirs may grow without a look at the others.
  @aside div(@heaviest, 8)
  # How often the recorder is told: half as much as all may hold, or less.
  @wake_shift 23
  # Up to which place spans may be opened.
  @open 4
  # What processes may build upon (`made/1`), the same in all rings.
  @made 5
  @none -1

  @type made :: integer
  @type ring :: {:ets.table(), :atomics.atomics_ref()}
  @type state ::
          {epoch :: pos_integer, rings :: tuple, how_many :: pos_integer, mask :: pos_integer,
           Counts.t(), Policies.t()}

  @doc """
  The recording that is on, or nil. After one, the first probe that a process meets lets go of what
  the process held for it.
  """
  @spec state() :: state | nil
  def state do
    case :persistent_term.get(@key, nil) do
      :over -> if Memory.any?(), do: forgotten()
      state -> state
    end
  end

  defp forgotten do
    Memory.forget()
    nil
  end

  @doc "Turns probes on or off."
  @spec publish(state | nil) :: :ok
  def publish(nil) do
    :persistent_term.put(@key, :over)
  end

  def publish(state), do: :persistent_term.put(@key, state)

  @doc "Makes rings with at most `slots` places in all; the calling process owns them."
  @spec create(pos_integer, pos_integer, [integer], Counts.t(), Policies.t()) :: state
  def create(epoch, slots, heads, counts, policies) do
    made = :erlang.unique_integer([:positive]) <<< 16
    rings = heads |> Enum.map(&ring(&1, made)) |> List.to_tuple()
    size = power_of_two(max(div(slots, tuple_size(rings)), 64))
    on = {epoch, rings, tuple_size(rings), size - 1, counts, policies}
    reopen(on)
    on
  end

  defp ring(head, made) do
    positions = :atomics.new(5, signed: true)
    for index <- [@head, @tail, @open], do: :atomics.put(positions, index, head)
    :atomics.put(positions, @made, made)
    # Who writes here runs on one scheduler: finer locks would cost more than they save.
    {:ets.new(:escope_ring, [:set, :public]), positions}
  end

  defp power_of_two(n), do: 1 <<< trunc(:math.log2(n))

  @doc "Claims a place: the ring's number and the event's number in it."
  @spec claim(state) :: {pos_integer, pos_integer}
  def claim({_epoch, rings, _n, _mask, _counts, _policies}) do
    scheduler = :erlang.system_info(:scheduler_id)
    {_table, positions} = :erlang.element(scheduler, rings)
    {scheduler, :atomics.add_get(positions, @head, 1)}
  end

  @doc """
  Whether a span may be opened. A ring that is nearly full takes ends only: what was begun is closed
  rather than something new begun, and a call that would be lost anyway costs next to nothing.
  """
  @spec room?(state) :: boolean
  def room?({_epoch, rings, _n, _mask, _counts, _policies}) do
    {_table, positions} = :erlang.element(:erlang.system_info(:scheduler_id), rings)
    get(positions, @head) < get(positions, @open)
  end

  # What `:atomics.get/2` does, in half the time.
  defp get(positions, index), do: :atomics.add_get(positions, index, 0)

  @doc "Says anew up to where spans may be opened: something was taken, or there is too much."
  @spec reopen(state) :: :ok
  def reopen({_epoch, rings, n, mask, _counts, _policies}) do
    held = held(rings, n, 0)

    for {_table, positions} = ring <- Tuple.to_list(rings) do
      open = if heavy?(weight(ring) * n, held), do: @none, else: tail(ring) + mask - (mask >>> 3)
      :atomics.put(positions, @open, open)
    end

    :ok
  end

  defp heavy?(own, held), do: own >= @aside and held >= @heaviest - @aside

  defp held(_rings, 0, sum), do: sum
  defp held(rings, n, sum), do: held(rings, n - 1, sum + weight(:erlang.element(n, rings)))

  @doc "Notes that a place of the ring will hold so much more. Often enough the recorder is told."
  @spec weigh(state, {pos_integer, pos_integer}, non_neg_integer) :: true
  def weigh({_epoch, rings, n, _mask, _counts, _policies} = on, {scheduler, _index}, weight) do
    {_table, positions} = :erlang.element(scheduler, rings)
    own = :atomics.add_get(positions, @weight, weight) * n
    if own >= @aside and heavy?(own, held(rings, n, 0)), do: reopen(on)
    own >>> @wake_shift == (own - weight * n) >>> @wake_shift or wake()
  end

  @doc "About how many bytes of large values the ring holds."
  @spec weight(ring) :: integer
  def weight({_table, positions}), do: :atomics.get(positions, @weight)

  @doc "Notes that so much was taken."
  @spec lighten(ring, integer) :: :ok
  def lighten({_table, positions}, weight), do: :atomics.sub(positions, @weight, weight)

  @doc """
  A number that changes when what a process has told may be lost: its states and its tree are told whole then. Other
  rings are made when the tables' owner was killed, and segments of a recording go (`again/1`).
  """
  @spec made(state) :: made
  def made({_epoch, rings, _n, _mask, _counts, _policies}) do
    {_table, positions} = :erlang.element(:erlang.system_info(:scheduler_id), rings)
    get(positions, @made)
  end

  @doc "Has all processes tell their states whole once more."
  @spec again(state) :: :ok
  def again({_epoch, rings, _n, _mask, _counts, _policies}) do
    for {_table, positions} <- Tuple.to_list(rings), do: :atomics.add(positions, @made, 1)
    :ok
  end

  @doc "An id that no other place of this recording has."
  @spec span(state, {pos_integer, pos_integer}) :: pos_integer
  def span({_epoch, _rings, n, _mask, _counts, _policies}, {scheduler, index}),
    do: index * n + scheduler - 1

  @doc "Puts an event in its place. `event` is built by the caller as `{slot, index, …}`."
  @spec insert(state, {pos_integer, pos_integer}, tuple) :: true
  def insert({_epoch, rings, _n, mask, _counts, _policies}, {scheduler, index}, event) do
    {table, _positions} = :erlang.element(scheduler, rings)
    :ets.insert(table, event)
    half_full(index &&& mask >>> 1)
  end

  defp half_full(0), do: wake()
  defp half_full(_), do: true

  # Not registered while the supervisor restarts it; it looks by itself soon after.
  defp wake do
    with pid when is_pid(pid) <- Process.whereis(Escope.Recorder), do: send(pid, :wake)
    true
  end

  @spec slot(state, {pos_integer, pos_integer}) :: non_neg_integer
  def slot({_epoch, _rings, _n, mask, _counts, _policies}, {_scheduler, index}),
    do: index &&& mask

  @doc "How many events one ring holds."
  @spec size(state) :: pos_integer
  def size({_epoch, _rings, _n, mask, _counts, _policies}), do: mask + 1

  @spec head(ring) :: integer
  def head({_table, positions}), do: :atomics.get(positions, @head)

  @spec tail(ring) :: integer
  def tail({_table, positions}), do: :atomics.get(positions, @tail)

  @spec pass(ring, integer) :: :ok
  def pass({_table, positions}, tail), do: :atomics.put(positions, @tail, tail)

  @doc "Takes what is in a slot, so that it is held no longer than needed."
  @spec take(ring, non_neg_integer) :: tuple | nil
  def take({table, _positions}, slot) do
    case :ets.take(table, slot) do
      [event] -> event
      [] -> nil
    end
  end

  @spec delete(ring) :: true
  def delete({table, _positions}), do: :ets.delete(table)
end
