defmodule Escope.Usage do
  @moduledoc """
  Which variables of a clause are certainly read by its own guard or body. Called by
  `Escope.Capture` in the compiler's process.

  It errs to one side: a variable that a macro might bind or drop, or that is bound anew anywhere
  in the body, is not certain. The macros of the module itself are not known yet when a clause is
  rebuilt: what depends on them is answered with `{:unless_macro, calls}`.
  """

  alias Escope.MacroCall

  @enforce_keys [:guard, :read, :bound, :inside, :sure?]
  defstruct @enforce_keys

  @type variable :: {atom, atom}
  @type call :: {atom, arity}
  @type t :: %__MODULE__{
          guard: MapSet.t(variable),
          read: MapSet.t(variable),
          bound: MapSet.t(variable),
          inside: %{variable => [call]},
          sure?: boolean
        }

  # `sure?` is false where the code contains quoted or unquoted code.
  @nothing %{read: MapSet.new(), bound: MapSet.new(), inside: %{}, sure?: true}

  @doc "Reads a clause's guard (or nil) and its blocks."
  @spec of(Macro.t() | nil, Macro.t(), Macro.Env.t()) :: t
  def of(guard, blocks, env) do
    in_guard = walk(guard, {:read, env, []}, @nothing).read
    struct!(__MODULE__, Map.put(walk(blocks, {:read, env, []}, @nothing), :guard, in_guard))
  end

  @doc "Whether the clause itself reads this variable."
  @spec certain?(t, Macro.t()) :: boolean | {:unless_macro, [call]}
  def certain?(usage, {name, _, context}) do
    key = {name, context}

    cond do
      key in usage.guard -> true
      not usage.sure? or key in usage.bound or key not in usage.read -> false
      calls = usage.inside[key] -> {:unless_macro, Enum.uniq(calls)}
      true -> true
    end
  end

  # `at` is {role, env, calls}: whether a variable met here is read or (possibly) bound, and the
  # calls around it that may be macros of the module itself.
  defp walk({name, _, context}, at, found) when is_atom(name) and is_atom(context),
    do: note(found, {name, context}, at)

  defp walk({quoting, _, [_ | _]}, _at, found)
       when quoting in [:quote, :unquote, :unquote_splicing],
       do: %{found | sure?: false}

  defp walk({:^, _, [pinned]}, at, found), do: walk(pinned, put_elem(at, 0, :read), found)

  defp walk({:cond, _, [[{:do, [_ | _] = clauses}]]}, at, found),
    do: Enum.reduce(clauses, found, &condition(&1, at, &2))

  defp walk({binder, _, [left, right]}, at, found) when binder in [:=, :<-, :->],
    do: walk(right, at, walk(left, put_elem(at, 0, :bind), found))

  defp walk({:when, _, [_ | _] = parts}, at, found) do
    {patterns, [guard]} = Enum.split(parts, -1)
    walk(guard, put_elem(at, 0, :read), walk(patterns, at, found))
  end

  defp walk({:|>, _, [left, {name, meta, args}]}, at, found) when is_list(args),
    do: walk({name, meta, [left | args]}, at, found)

  defp walk({name, _, args} = call, {role, env, calls} = at, found) when is_list(args) do
    case MacroCall.kind(call, env) do
      :macro -> walk(args, {:bind, env, calls}, found)
      :local -> walk(args, {role, env, [{name, length(args)} | calls]}, found)
      :function -> walk(args, at, walk(callee(name), at, found))
    end
  end

  defp walk({left, right}, at, found), do: walk(right, at, walk(left, at, found))
  defp walk(list, at, found) when is_list(list), do: Enum.reduce(list, found, &walk(&1, at, &2))
  defp walk(_literal, _at, found), do: found

  # The left side of a clause in `cond` is an expression.
  defp condition({:->, _, [left, right]}, at, found), do: walk(right, at, walk(left, at, found))
  defp condition(other, at, found), do: walk(other, at, found)

  defp callee(name) when is_atom(name), do: []
  defp callee(callee), do: callee

  defp note(found, key, {:bind, _env, _calls}), do: %{found | bound: MapSet.put(found.bound, key)}
  defp note(found, key, {:read, _env, []}), do: %{found | read: MapSet.put(found.read, key)}

  defp note(found, key, {:read, env, calls}) do
    inside = Map.update(found.inside, key, calls, &(calls ++ &1))
    note(%{found | inside: inside}, key, {:read, env, []})
  end
end
