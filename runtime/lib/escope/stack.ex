defmodule Escope.Stack do
  @moduledoc """
  Takes escope's own frames out of a stack trace. Called by `Escope.Probe` in the process that
  raised, before the exception is raised again, and where a probed function reads `__STACKTRACE__`.

  The body of a probed clause `M.f/1` is the closure `{M, :"-f/1-escope-0-", _, loc}`, which becomes
  `{M, :f, 1, loc}`: the clause's own frame is gone, for it ends in `Escope.Probe.run`. Where the
  body's tail call took the closure's frame away, the original has no frame there either.
  """

  alias Escope.Closure

  @type frame :: {module, atom, arity | list, keyword} | {function, arity | list, keyword}

  # Modules through which the application's functions are called.
  @own [Escope.Probe, Escope.Render, Escope.Render.Parts]

  @depth {__MODULE__, :depth}

  # What the VM begins with, and as many as it gives at all.
  @usual 8
  @deepest 64

  @doc "Notes how many frames the VM notes; it is asked by a function that sets it."
  @spec measure() :: :ok
  def measure do
    depth = :erlang.system_flag(:backtrace_depth, @usual)
    :erlang.system_flag(:backtrace_depth, depth)
    :persistent_term.put(@depth, depth)
  end

  @doc "`stack`, which was caught further up in the process that calls this, as the original has it."
  @spec fold([frame]) :: [frame]
  def fold(stack) do
    case Enum.split_while(stack, &(not own?(&1))) do
      {_, []} -> originals(stack)
      {inner, _} -> whole(stack, inner, length(stack))
    end
  end

  # The VM may have cut the trace, and some of its frames were escope's. What is missing is still on the
  # process's stack: from the innermost probe outwards it is the same in both.
  defp whole(stack, inner, length) do
    originals = originals(stack)

    if length >= min(@usual, :persistent_term.get(@depth, @usual)) and length(originals) < length do
      outer = Enum.drop_while(current(), &(not own?(&1)))
      Enum.take(originals(inner ++ outer), length)
    else
      originals
    end
  end

  # The flag is the whole VM's, and set for as long as it takes. Two processes may do this at once.
  defp current do
    depth = :erlang.system_flag(:backtrace_depth, @deepest)
    {_, [_process_info | stack]} = Process.info(self(), :current_stacktrace)
    :erlang.system_flag(:backtrace_depth, known(depth))
    stack
  end

  # Others may set it too, as ExUnit does; not so what another process has set here.
  defp known(@deepest), do: :persistent_term.get(@depth, @usual)

  defp known(depth) do
    if depth != :persistent_term.get(@depth, @usual), do: :persistent_term.put(@depth, depth)
    depth
  end

  defp own?({module, _, _, _}) when module in @own, do: true
  defp own?(_frame), do: false

  defp originals(stack), do: stack |> Enum.flat_map(&original/1) |> given_args()

  # A frame that stands for nothing gives the arguments that were raised with it to its owner's.
  defp given_args([{:site, args, location} | stack]) do
    case given_args(stack) do
      [{module, name, arity, _} | stack] when is_list(args) ->
        [{module, name, if(is_list(arity), do: arity, else: args), location} | stack]

      stack ->
        stack
    end
  end

  defp given_args([frame | stack]), do: [frame | given_args(stack)]
  defp given_args([]), do: []

  defp original({module, _, _, _}) when module in @own, do: []

  defp original({module, name, args, location} = frame) do
    case Regex.run(~r/\A-(.+)\/(\d+)-escope-(site-)?\d+-\z/s, Atom.to_string(name)) do
      [_, function, arity] -> [owner(module, function, String.to_integer(arity), args, location)]
      [_, _function, _arity, _site] -> [{:site, args, location}]
      nil -> [frame]
    end
  end

  defp original(frame), do: [frame]

  defp owner(module, function, arity, args, location) do
    name = full(Regex.run(~r/~([0-9a-f]{32})\z/, function), module, function, arity)
    {module, name, if(is_list(args), do: args, else: arity), location}
  end

  defp full(nil, _module, function, _arity), do: String.to_atom(function)

  # A name that was too long: the module knows it.
  defp full([_, hash], module, function, arity) do
    functions = module.module_info(:functions)

    Enum.find_value(functions, String.to_atom(function), fn {name, n} ->
      n == arity and hash == Closure.hash("#{name}/#{n}") and name
    end)
  end
end
