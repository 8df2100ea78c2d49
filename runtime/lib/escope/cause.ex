defmodule Escope.Cause do
  @moduledoc """
  Who caused what: a `:seq_trace` label goes with every message, and names the span that sent it.
  Used by `Escope.Emit` in the application's processes.

  The VM hands the label on with sends, calls, casts, replies and spawns, and gives it to whoever
  receives the message. Messages of timers, monitors and ports bring none and leave the old label:
  the process's own label, marked as that of a span which is over, therefore says nothing. A token
  that the application has set for itself is left alone, and no causes are known then.
  """

  @tag :"$escope"
  @timers :"$escope_timers"
  # Timers that a process has armed and that have not been seen to fire.
  @most 32

  @typedoc """
  `:open`: sent within the span. `:over`: sent after it, as the reply of a `handle_call` is.
  `:loop`: a span of which only the entry is known.
  """
  @type state :: :open | :over | :loop

  @doc "Marks what the process sends from now on with `span`."
  @spec set(epoch :: integer, integer | nil, state) :: term
  def set(_epoch, nil, _state), do: :ok

  def set(epoch, span, state) do
    case :seq_trace.get_token(:label) do
      [] -> label(epoch, span, state)
      {:label, {@tag, _, _, _, _}} -> label(epoch, span, state)
      {:label, _of_the_application} -> :ok
    end
  end

  defp label(epoch, span, state),
    do: :seq_trace.set_token(:label, {@tag, epoch, span, state, self()})

  @doc "The span that caused what the process does now, with these arguments; nil where that is not known."
  @spec of(epoch :: integer, Escope.Probe.fun_name(), [term] | nil) :: integer | nil
  def of(epoch, fun_name, args) do
    case :seq_trace.get_token(:label) do
      {:label, {@tag, ^epoch, span, :open, pid}} ->
        if sender?(pid, fun_name, args), do: span

      {:label, {@tag, ^epoch, span, :loop, pid}} when pid != self() ->
        span

      {:label, {@tag, ^epoch, span, :over, pid}} when pid != self() ->
        answered(fun_name, args, span)

      {:label, {@tag, ^epoch, _span, :loop, _self}} ->
        nil

      {:label, {@tag, _epoch, _span, _state, _pid}} ->
        armed(args)

      [] ->
        armed(args)

      _of_the_application ->
        nil
    end
  end

  # A process without probes hands on the label that it was given. Where the message says who sent
  # it, that is found out.
  defp sender?(pid, {_module, {:handle_call, 3}}, [_request, {from, _tag} | _]), do: from == pid
  defp sender?(_pid, _fun_name, _args), do: true

  # What is sent after a span is a result: of a call, which whoever made it has read by itself, of a
  # starting process, or of a task, which a callback is given. Everything else only came by a
  # process that had received one.
  defp answered({_module, {:handle_async, _}}, _args, span), do: span

  defp answered({_module, {:handle_info, _}}, [{ref, _} | _], span) when is_reference(ref),
    do: span

  defp answered(_fun_name, _args, _span), do: nil

  @doc "Notes that `span` has armed a timer that will send `message` to the process itself."
  @spec arm(integer, term) :: term
  def arm(span, message) do
    timers = [{message, span} | Process.get(@timers, [])]
    Process.put(@timers, Enum.take(timers, @most))
  end

  # The message of a timer is the callback's first argument.
  defp armed([message | _]) do
    with [_ | _] = timers <- Process.get(@timers),
         {^message, span} <- List.keyfind(timers, message, 0) do
      Process.put(@timers, List.keydelete(timers, message, 0))
      span
    else
      _ -> nil
    end
  end

  defp armed(_args), do: nil
end
