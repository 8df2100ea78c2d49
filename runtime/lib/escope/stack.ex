defmodule Escope.Stack do
  @moduledoc """
  Takes escope's own frames out of a stack trace. Called by `Escope.Probe` in the process that
  raised, before the exception is raised again.

  The body of a probed clause `M.f/1` is the closure `{M, :"-f/1-escope-0-", _, loc}`, which becomes
  `{M, :f, 1, loc}`: the clause's own frame is gone, for it ends in `Escope.Probe.run`. Where the
  body's tail call took the closure's frame away, the original has no frame there either.
  """

  @type frame :: {module, atom, arity | list, keyword} | {function, arity | list, keyword}

  @spec fold([frame]) :: [frame]
  def fold(stack), do: Enum.flat_map(stack, &original/1)

  defp original({Escope.Probe, _, _, _}), do: []

  defp original({module, name, _arity, location} = frame) do
    case Regex.run(~r/\A-(.+)\/(\d+)-escope-\d+-\z/s, Atom.to_string(name)) do
      [_, function, arity] ->
        [{module, String.to_atom(function), String.to_integer(arity), location}]

      nil ->
        [frame]
    end
  end

  defp original(frame), do: [frame]
end
