defmodule Escope.Stack do
  @moduledoc """
  Makes of a stack trace what the original has. Called by `Escope.Probe` in the process that raised,
  before the exception is raised again, and where a probed function reads `__STACKTRACE__`.

  Three things differ in a tree. The body of a probed clause `M.f/1` is the closure
  `{M, :"-f/1-escope-0-", _, loc}`, run by `Escope.Probe.run`: it becomes `{M, :f, 1, loc}`, and its
  runner goes away. A probed call that ended its function leaves a frame, which `Escope.Tail` has
  marked. And where such frames came between, a return address that repeats itself is noted twice.

  The VM notes few frames, and so may have cut off what the place of ours should have. It is still on
  the stack of the process: the frames outside of the probe are those of the handler's callers. Where
  even these are too few, ours stay further out, and the next handler, which stands there, goes on.
  Where the source's own code reads the trace they go, and the last frame says that there were more.
  """

  alias Escope.{Closure, Depth, Tail}

  @type frame :: {module, atom, arity | list, keyword} | {function, arity | list, keyword}

  # Modules through which the application's functions are called.
  @own [Escope.Probe, Escope.Render]

  @typedoc "What `:erlang.process_info/2` says in the function that asks."
  @type current :: {:current_stacktrace, [frame]}

  @doc "`stack`, which a handler has caught; it is the function that gives `current`, and makes no other frame."
  @spec caught([frame], current) :: [frame]
  def caught(stack, {:current_stacktrace, [_handler | callers]}) do
    case split(stack) do
      {_, [own | _]} -> filled(stack, own, outside(callers))
      {_, []} -> continued(stack, callers)
    end
  end

  defp filled(stack, own, callers) do
    {inner, _} = split(stack)
    full = originals(inner ++ [own | callers])

    if length(full) >= length(stack) or length(callers) + 1 < length(stack),
      do: Enum.take(full, length(stack)),
      else: inner(inner ++ [own], callers) ++ callers
  end

  # One that repeats itself is left to stand further out.
  defp inner(stack, [next | _]) do
    inner = originals(stack)

    if not own?(next) and [List.last(inner)] == originals([next]),
      do: Enum.drop(inner, -1),
      else: inner
  end

  defp inner(stack, []), do: originals(stack)

  # What was cut off follows on what both have: whoever marked the last frame saw as far as here.
  defp continued([], _callers), do: []

  defp continued(stack, callers) do
    known = originals(stack)

    if marked(List.last(stack)) == :continued do
      [_inside | outer] = originals([{__MODULE__, :inside, 0, []} | callers])
      n = common(known, outer, min(length(known), length(outer)))
      cut(known ++ Enum.drop(outer, n), length(callers) + 1)
    else
      known
    end
  end

  defp common(_known, _callers, 0), do: 0

  defp common(known, callers, n) do
    if Enum.take(known, -n) == Enum.take(callers, n), do: n, else: common(known, callers, n - 1)
  end

  # `seen` is how many frames there were to see: fewer than the VM notes are all that there are.
  defp cut(stack, seen) do
    depth = Depth.measure()
    if length(stack) >= depth or seen < depth, do: Enum.take(stack, depth), else: mark_last(stack)
  end

  defp mark_last(stack),
    do: List.update_at(stack, -1, &with_file(&1, fn file -> Tail.continued(file) end))

  @doc "`stack`, as the function reads it that has `current` as its own stack."
  @spec read([frame], current) :: [frame]
  def read(stack, {:current_stacktrace, current}) do
    with {inner, [own | _]} <- split(stack),
         {_, [_own | callers]} <- split(current) do
      full = originals(inner ++ [own | outside(callers)])

      if length(full) < length(stack),
        do: cut(full, length(current)),
        else: Enum.take(full, length(stack))
    else
      _ -> continued(stack, Enum.drop(current, 1))
    end
  end

  # A macro's probe has two frames.
  defp outside([{Escope.Probe, :run_macro, _, _} | callers]), do: callers
  defp outside(callers), do: callers

  @doc "`stack` as it is shown: without what is escope's."
  @spec originals([frame]) :: [frame]
  def originals(stack), do: originals(stack, [], false)

  # The last kept frame stands first in `kept`; `gap?` says that a frame was taken out after it.
  defp originals([frame | stack], kept, gap?) do
    case original(frame, kept) do
      nil -> originals(stack, kept, true)
      frame when gap? and hd(kept) == frame -> originals(stack, kept, true)
      frame -> originals(stack, [frame | kept], false)
    end
  end

  defp originals([], kept, _gap?), do: Enum.reverse(kept)

  defp original({module, _, _, _}, _kept) when module in @own, do: nil

  defp original(frame, kept) do
    case marked(frame) do
      nil -> body(frame)
      :tail -> if lost?(kept), do: nil, else: body(unmarked(frame))
      :continued -> body(unmarked(frame))
    end
  end

  # The VM keeps the frame of a caller whose callee could not even be called.
  defp lost?([]), do: false
  defp lost?([{:erlang, :apply, [_, _, _], _} | _]), do: false
  defp lost?(_kept), do: true

  defp body({module, closure, args, location} = frame) do
    case Closure.owner(module, closure) do
      nil -> frame
      {name, arity} -> {module, name, if(is_list(args), do: args, else: arity), location}
    end
  end

  defp body(frame), do: frame

  defp unmarked(frame), do: with_file(frame, &elem(Tail.read(&1), 1))

  defp with_file({module, name, args, [{:file, file} | location]}, fun),
    do: {module, name, args, [{:file, fun.(file)} | location]}

  defp with_file(frame, _fun), do: frame

  defp marked({_, _, _, [{:file, file} | _]}), do: with({kind, _} <- Tail.read(file), do: kind)
  defp marked(_frame), do: nil

  defp split(stack), do: Enum.split_while(stack, &(not own?(&1)))

  defp own?({module, _, _, _}) when module in @own, do: true
  defp own?(frame), do: marked(frame) == :tail
end
