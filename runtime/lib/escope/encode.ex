defmodule Escope.Encode do
  @moduledoc """
  Turns what was taken from the rings into events as docs/recording.md has them. Runs in the
  recorder's process.
  """

  alias Escope.{Counts, Policies, Redact}

  @type event :: {atom, integer, integer, pid, term, term, term, nil, binary}

  @doc "Events of these ring tuples; one that cannot be encoded is counted and left out."
  @spec events([tuple], Redact.t(), Policies.t(), Counts.t()) :: [event]
  def events(taken, redact, policies, counts),
    do: Enum.flat_map(taken, &event(&1, redact, policies, counts))

  @doc "The event of a process's end."
  @spec exit(pid, integer, term, Redact.t()) :: event
  def exit(pid, time, reason, redact),
    do: {:exit, 0, nanoseconds(time), pid, nil, nil, nil, nil, Redact.encode(reason, redact)}

  defp event(
         {_slot, _index, kind, seq, time, pid, id, span, parent, cause, content},
         redact,
         policies,
         counts
       ) do
    payload =
      kind |> content(content) |> Redact.encode(Policies.of(policies, id).redact || redact)

    [{kind, seq, nanoseconds(time), pid, id, span, parent, cause, payload}]
  catch
    _, _ ->
      Counts.add(counts, :unencodable)
      []
  end

  defp content(:enter, {{module, {function, arity}}, args}), do: {{module, function, arity}, args}
  defp content(_kind, content), do: content

  defp nanoseconds(time), do: System.convert_time_unit(time, :native, :nanosecond)
end
