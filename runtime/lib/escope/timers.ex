defmodule Escope.Timers do
  @moduledoc """
  Timers that probed call sites have armed: a message of a timer bears no label. Used by
  `Escope.Emit` and `Escope.Cause` in the application's processes; the table is owned by `Escope.Turns`.

  A message is that of a timer when it looks the same, and the timer is due and not active any more.
  Where two such timers may have sent it, nothing is said.
  """

  @table __MODULE__
  @most 10_000
  # Milliseconds that a timer which is due is remembered.
  @patience 60_000

  @typedoc "Which timer: whom it will send to, and the span that has armed it."
  @type id :: {pid, integer}

  @armed {__MODULE__, :armed}

  @spec create() :: :ok
  def create do
    armed = :persistent_term.get(@armed, nil) || :atomics.new(1, [])
    # None in this table.
    :atomics.put(armed, 1, 0)
    :persistent_term.put(@armed, armed)
    :ets.new(@table, [:ordered_set, :public, :named_table, write_concurrency: true])
    :ok
  end

  @doc "Notes what the call arms, if it arms something; `armed/2` is to be told its result."
  @spec arming(Escope.Probe.fun_name(), [term] | nil, integer) :: id | nil
  def arming({module, {name, _}}, args, span)
      when module in [Process, :erlang, :timer] and is_list(args) do
    case timer(module, name, args) do
      nil -> nil
      {dest, time, kind, message} -> note(pid(dest), time, kind, message, span)
    end
  end

  def arming(_fun_name, _args, _span), do: nil

  defp timer(Process, :send_after, [dest, message, time]), do: {dest, time, :once, message}

  defp timer(Process, :send_after, [dest, message, time, options]),
    do: {dest, due(time, options), :once, message}

  defp timer(:erlang, :send_after, [time, dest, message | options]),
    do: {dest, due(time, options), :once, message}

  defp timer(:erlang, :start_timer, [time, dest, message | options]),
    do: {dest, due(time, options), :once, {:timeout, message}}

  defp timer(:timer, :send_after, [time, message]), do: {self(), time, :once, message}
  defp timer(:timer, :send_after, [time, dest, message]), do: {dest, time, :once, message}
  defp timer(:timer, :send_interval, [time, message]), do: {self(), time, :always, message}
  defp timer(:timer, :send_interval, [time, dest, message]), do: {dest, time, :always, message}
  defp timer(Process, :cancel_timer, [ref | _]), do: cancelled(ref)
  defp timer(:erlang, :cancel_timer, [ref | _]), do: cancelled(ref)
  defp timer(_module, _name, _args), do: nil

  defp due(time, [[_ | _] = options]), do: due(time, options)
  defp due(time, [{:abs, true} | _]), do: time - now()
  defp due(time, [_ | options]), do: due(time, options)
  defp due(time, []), do: time

  defp pid(pid) when is_pid(pid) and node(pid) == node(), do: pid
  defp pid(name) when is_atom(name), do: Process.whereis(name)
  defp pid(_elsewhere), do: nil

  defp note(dest, time, kind, message, span) when is_pid(dest) and is_integer(time) do
    hash = :erlang.phash2(message)

    for timer <- of(dest),
        elem(timer, 2) == hash,
        cancelled?(timer),
        do: :ets.delete(@table, elem(timer, 0))

    if :ets.info(@table, :size) < @most do
      :ets.insert(@table, {{dest, span}, now() + time, hash, nil, kind})
      :atomics.put(:persistent_term.get(@armed), 1, 1)
      {dest, span}
    end
  catch
    # No table: its owner is being restarted.
    :error, :badarg -> nil
  end

  defp note(_dest, _time, _kind, _message, _span), do: nil

  # One that is due and not active may have fired instead.
  defp cancelled?({_, due, _, ref, :once}), do: due > now() and gone?(ref)
  defp cancelled?(_always), do: false

  defp gone?(ref), do: is_reference(ref) and :erlang.read_timer(ref) == false

  defp cancelled(ref) when is_reference(ref) do
    :ets.match_delete(@table, {:_, :_, :_, ref, :_})
    nil
  catch
    :error, :badarg -> nil
  end

  defp cancelled(_tref), do: nil

  @doc "What the call that armed it has returned."
  @spec armed(id, term) :: term
  def armed(id, result) do
    if ref = reference(result), do: :ets.update_element(@table, id, {4, ref})
  catch
    :error, :badarg -> nil
  end

  defp reference(ref) when is_reference(ref), do: ref
  defp reference({:ok, {_kind, ref}}) when is_reference(ref), do: ref
  defp reference(_other), do: nil

  @doc "The span that armed the timer whose message this is, nil where that is not known."
  @spec fired(term) :: integer | nil
  def fired(message) do
    with true <- any?(), [_ | _] = timers <- of(self()) do
      timers |> same(message) |> Enum.filter(&due?/1) |> only()
    else
      _ -> nil
    end
  catch
    :error, :badarg -> nil
  end

  defp same(timers, {:timeout, ref, message} = whole) when is_reference(ref) do
    hashes = [:erlang.phash2({:timeout, message}), :erlang.phash2(whole)]
    for {_, _, hash, own, _} = timer <- timers, hash in hashes, own in [nil, ref], do: timer
  end

  defp same(timers, message) do
    hash = :erlang.phash2(message)
    for {_, _, ^hash, _, _} = timer <- timers, do: timer
  end

  defp due?({_, due, _, _, :always}), do: due <= now()
  defp due?({_, due, _, ref, :once}), do: due <= now() and (ref == nil or gone?(ref))

  defp only([{{_, span}, _, _, _, :always}]), do: span

  defp only(timers) do
    for {id, _, _, _, :once} <- timers, do: :ets.delete(@table, id)

    case timers do
      [{{_, span}, _, _, _, _}] -> span
      _ -> nil
    end
  end

  defp of(dest), do: of(dest, :ets.next(@table, {dest, -1}))

  defp of(dest, {dest, _span} = id),
    do: :ets.lookup(@table, id) ++ of(dest, :ets.next(@table, id))

  defp of(_dest, _other), do: []

  @doc "Forgets timers that have fired long ago, and those of processes that have ended."
  @spec sweep() :: term
  def sweep do
    late = now() - @patience
    :ets.select_delete(@table, [{{:_, :"$1", :_, :_, :once}, [{:<, :"$1", late}], [true]}])

    for {dest, _} = id <- :ets.select(@table, [{{:"$1", :_, :_, :_, :always}, [], [:"$1"]}]),
        not Process.alive?(dest),
        do: :ets.delete(@table, id)
  end

  # Most applications arm none through a probe, and every message that nobody's label came with asks.
  defp any?, do: :atomics.add_get(:persistent_term.get(@armed), 1, 0) != 0

  @spec clear() :: true
  def clear do
    :atomics.put(:persistent_term.get(@armed), 1, 0)
    :ets.delete_all_objects(@table)
  end

  defp now, do: System.monotonic_time(:millisecond)
end
