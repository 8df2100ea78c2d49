defmodule Escope.Encode do
  @moduledoc """
  Turns what was taken from the rings into events as docs/recording.md has them. Runs in the
  recorder's process.
  """

  alias Escope.{Clock, Counts, Policies, Redact}

  @type event :: {atom, integer, integer, pid, term, term, term, nil, binary}

  @doc "Events of these ring tuples; one that cannot be encoded is counted and left out. `places`: of how many of them."
  @spec events([tuple], Redact.t(), Policies.t(), Counts.t()) ::
          {[event], places :: non_neg_integer}
  def events(taken, redact, policies, counts) do
    taken
    |> Enum.reverse()
    |> Enum.reduce({[], 0}, fn tuple, {events, places} ->
      case event(tuple, redact, policies, counts) do
        [event] -> {[event | events], places + 1}
        [] -> {events, places}
        several -> {several ++ events, places + 1}
      end
    end)
  end

  @doc "The event of a process's end."
  @spec exit(pid, integer, term, Redact.t()) :: event
  def exit(pid, time, reason, redact),
    do:
      {:exit, 0, Clock.nanoseconds(time), pid, nil, nil, nil, nil, Redact.encode(reason, redact)}

  @doc "The event of a look at a process."
  @spec sample(pid, integer, map, Redact.t()) :: event
  def sample(pid, time, sample, redact),
    do:
      {:sample, 0, Clock.nanoseconds(time), pid, nil, nil, nil, nil,
       Redact.encode(sample, redact)}

  defp event(
         {_slot, _index, kind, seq, time, pid, id, span, parent, cause, content, notes},
         redact,
         policies,
         counts
       ) do
    redact = Policies.of(policies, id).redact || redact
    time = Clock.nanoseconds(time)
    payload = Redact.encode(kind, content(kind, content), redact)
    event = {kind, seq, time, pid, id, span, parent, cause, payload}
    noted(notes, event, redact)
  catch
    _, _ ->
      Counts.add(counts, :unencodable)
      []
  end

  # What was noted goes before: its numbers are those before the event's.
  defp noted(nil, event, _redact), do: [event]

  defp noted({_cost, notes}, event, redact) do
    {_, seq, time, pid, id, span, _, _, _} = event

    notes
    |> Enum.with_index(seq - length(notes))
    |> Enum.map(fn {{kind, content}, seq} ->
      {kind, seq, time, pid, id, span, nil, nil, Redact.encode(content, redact)}
    end)
    |> Kernel.++([event])
  end

  defp content(:enter, {{module, {function, arity}}, args}), do: {{module, function, arity}, args}

  defp content(:enter, {{module, {function, arity}}, args, held}),
    do: {{module, function, arity}, args, held}

  defp content(_kind, content), do: content
end
