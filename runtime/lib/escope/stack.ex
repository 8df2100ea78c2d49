defmodule Escope.Stack do
  @moduledoc """
  Takes escope's own frames out of a stack trace. Called by `Escope.Probe` in the process that
  raised, before the exception is raised again.

  The body of a probed clause `M.f/1` is the closure `{M, :"-f/1-escope-0-", _, loc}`, which becomes
  `{M, :f, 1, loc}`: the clause's own frame is gone, for it ends in `Escope.Probe.run`. Where the
  body's tail call took the closure's frame away, the original has no frame there either.
  """

  @type frame :: {module, atom, arity | list, keyword} | {function, arity | list, keyword}

  @depth {__MODULE__, :depth}

  @doc """
  Has the VM note twice as many frames: a probed function that is no tail call has two of them.
  `fold/1` leaves as many as there were to be.
  """
  @spec deepen() :: :ok
  def deepen do
    if :persistent_term.get(@depth, nil) == nil do
      depth = :erlang.system_flag(:backtrace_depth, 8)
      :erlang.system_flag(:backtrace_depth, 2 * depth + 2)
      :persistent_term.put(@depth, depth)
    end

    :ok
  end

  @spec fold([frame]) :: [frame]
  def fold(stack) do
    stack
    |> Enum.flat_map(&original/1)
    |> Enum.take(:persistent_term.get(@depth, 1_000))
  end

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
