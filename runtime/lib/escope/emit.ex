defmodule Escope.Emit do
  @moduledoc """
  Writes events into the rings. Called by `Escope.Probe` in the application's processes; may raise,
  its caller bears that.

  What a process remembers is one entry of its dictionary: the recording, the open span and how
  many events it has written.
  """

  alias Escope.{Counts, Origin, Probe, Ring, Term, Watch}

  @key :"$escope"

  @type opened :: {epoch :: pos_integer, span :: pos_integer, parent :: pos_integer | nil}

  @doc "Opens a span: the process's further events lie within it. Nil where nothing is recorded."
  @spec open(Ring.state(), Probe.id(), Probe.fun_name(), [term] | nil) :: opened | nil
  def open(on, id, fun_name, args) do
    with true <- admitted?(on), {epoch, parent, seq} <- process(on) do
      span = entered(on, id, fun_name, args, parent, seq)
      Process.put(@key, {epoch, span, seq + 1})
      {epoch, span, parent}
    else
      _ -> nil
    end
  end

  @doc "Notes an entry without a span that would have to be closed."
  @spec touch(Ring.state(), Probe.id(), Probe.fun_name(), [term] | nil) :: term
  def touch(on, id, fun_name, args) do
    with true <- admitted?(on), {epoch, parent, seq} <- process(on) do
      entered(on, id, fun_name, args, parent, seq)
      Process.put(@key, {epoch, parent, seq + 1})
    end
  end

  @doc "Notes a value."
  @spec mark(Ring.state(), Probe.id(), term) :: term
  def mark(on, id, value) do
    with true <- admitted?(on), {epoch, parent, seq} <- process(on) do
      value = Term.bound(value, limits(on))
      place = Ring.claim(on)
      time = :erlang.monotonic_time()
      put(on, place, :mark, seq + 1, time, id, Ring.span(on, place), parent, value)
      Process.put(@key, {epoch, parent, seq + 1})
    end
  end

  @doc "Closes a span with its result."
  @spec leave(Ring.state(), Probe.id(), opened, term) :: term
  def leave(on, id, opened, result) do
    time = :erlang.monotonic_time()
    close(on, :leave, id, opened, time, Term.bound(result, limits(on)))
  end

  @doc "Closes a span with an exception."
  @spec raised(Ring.state(), Probe.id(), opened, {atom, term, list}) :: term
  def raised(on, id, opened, {class, reason, stack}) do
    time = :erlang.monotonic_time()
    stack = Enum.map(stack, &frame(&1, limits(on)))
    close(on, :raise, id, opened, time, {class, Term.bound(reason, limits(on)), stack})
  end

  defp admitted?({_, _, _, _, counts, _} = on) do
    Ring.room?(on) or Counts.add(counts, :refused) != :ok
  end

  defp entered(on, id, fun_name, args, parent, seq) do
    args = args && Term.bound_args(args, limits(on))
    place = Ring.claim(on)
    span = Ring.span(on, place)
    time = :erlang.monotonic_time()
    put(on, place, :enter, seq + 1, time, id, span, parent, {fun_name, args})
    span
  end

  # The span is closed even where writing fails: what follows does not lie within it.
  defp close({epoch, _, _, _, _, _} = on, kind, id, {epoch, span, parent}, time, payload) do
    {_, _, seq} = Process.get(@key)
    Process.put(@key, {epoch, parent, seq + 1})
    put(on, Ring.claim(on), kind, seq + 1, time, id, span, parent, payload)
  end

  # Opened in an earlier recording.
  defp close(_on, _kind, _id, _opened, _time, _payload), do: nil

  defp process({epoch, _, _, _, _, _} = on) do
    case Process.get(@key) do
      {^epoch, _span, _seq} = known -> known
      _ -> if Origin.compiler?(), do: nil, else: first(on, epoch)
    end
  end

  defp first(on, epoch) do
    origin = Origin.describe(limits(on))
    put(on, Ring.claim(on), :spawn, 1, :erlang.monotonic_time(), nil, nil, nil, origin)
    Watch.announce(elem(on, 4))
    {epoch, nil, 1}
  end

  defp put(on, {_, index} = place, kind, seq, time, id, span, parent, payload) do
    slot = Ring.slot(on, place)
    Ring.insert(on, place, {slot, index, kind, seq, time, self(), id, span, parent, nil, payload})
  end

  defp limits({_, _, _, _, _, limits}), do: limits

  # The location holds a file name, which is a list of characters: it is no data to be cut.
  defp frame({module, function, args, location}, limits) when is_list(args),
    do: {module, function, Term.bound_args(args, limits), place(location)}

  defp frame({module, function, arity, location}, _limits),
    do: {module, function, arity, place(location)}

  defp frame(other, limits), do: Term.bound(other, limits)

  defp place(location), do: Keyword.take(location, [:file, :line])
end
