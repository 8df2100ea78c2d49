defmodule Escope.Stack do
  @moduledoc """
  Takes escope's own frames out of a stack trace. Called by `Escope.Probe` in the process that
  raised, before the exception is raised again.

  A probed clause `M.f/1` shows as `{M, :"-f/1-fun-0-", _, loc}`, `{Escope.Probe, :run, 4, _}`, its
  own frame being gone (`run` is a tail call); it becomes `{M, :f, 1, loc}`. Where the body's tail
  call took the function's frame away, only `run` is left, and the original has no frame there.
  """

  @type frame :: {module, atom, arity | list, keyword} | {function, arity | list, keyword}

  @doc "`body` is the function that the innermost `run` called: its name is known exactly."
  @spec fold([frame], function) :: [frame]
  def fold(stack, body) do
    {:name, name} = :erlang.fun_info(body, :name)
    {:module, module} = :erlang.fun_info(body, :module)
    fold_innermost(stack, {module, name})
  end

  defp fold_innermost([{module, name, _, _} = frame, {Escope.Probe, _, _, _} | rest], own) do
    frame = if {module, name} == own, do: original(frame), else: frame
    [frame | fold_outer(rest)]
  end

  defp fold_innermost([{Escope.Probe, _, _, _} | rest], _own), do: fold_outer(rest)
  defp fold_innermost([frame | rest], own), do: [frame | fold_innermost(rest, own)]
  defp fold_innermost([], _own), do: []

  # Of an outer probe only the form of the name is known; a closure of the same clause that it
  # called last looks alike.
  defp fold_outer([{Escope.Probe, _, _, _} | rest]), do: fold_outer(rest)

  defp fold_outer([frame, {Escope.Probe, _, _, _} | rest]),
    do: [original(frame) | fold_outer(rest)]

  defp fold_outer([frame | rest]), do: [frame | fold_outer(rest)]
  defp fold_outer([]), do: []

  defp original({module, name, _arity, location} = frame) do
    case Regex.run(~r/\A-(.+)\/(\d+)-fun-\d+-\z/s, Atom.to_string(name)) do
      [_, function, arity] ->
        {module, String.to_atom(function), String.to_integer(arity), location}

      nil ->
        frame
    end
  end

  defp original(frame), do: frame
end
