defmodule Escope.Trace.Stacks do
  @moduledoc """
  The traced calls that have not returned, a stack for each process. Data of `Escope.Trace.Listener`.
  """

  alias Escope.Cause

  @tag :"$escope"
  # Processes with open calls.
  @most 10_000
  # How often a function stands in a process's stack when it is taken for a loop.
  @deep 100

  @type call :: Escope.Probe.fun_name()
  @typedoc "The span and its parent, and the probe; nil where the call is not recorded."
  @type span :: {{integer, integer | nil}, integer} | nil
  @typedoc "The span around a call, the one that caused it, and the label that the process had."
  @type place :: {parent :: integer | nil, cause :: integer | nil, label :: term}
  @type t :: %{pid => [{call, span, label :: term}]}

  @spec new() :: t
  def new, do: %{}

  @doc "Where a call lies: in another traced one, in a probe's span, or nowhere; then its message may say who sent that."
  @spec place(t, pid, token :: term, epoch :: integer, call) :: place
  def place(stacks, pid, token, epoch, call) do
    label = label(token, epoch)
    above = Enum.find(Map.get(stacks, pid, []), fn {_, span, _} -> span != nil end)

    case {above, label} do
      # No probe was met since then.
      {{_, {{span, _}, _}, ^label}, _} ->
        {span, nil, label}

      {_, {span, :open, ^pid, _}} ->
        {span, nil, label}

      {{_, {{span, _}, _}, _}, _} ->
        {span, nil, label}

      {nil, {span, state, from, from}} when state in [:open, :loop] ->
        {nil, cause(span, call), label}

      _ ->
        {nil, nil, label}
    end
  end

  defp label({_flags, {@tag, epoch, span, state, owner}, _serial, from, _last}, epoch),
    do: {span, state, owner, from}

  defp label(_token, _epoch), do: nil

  # The label may be that of an earlier message, where this one bears none.
  defp cause(span, {_module, {name, _arity}}), do: if(Cause.labelled?(name), do: span)

  @doc "`:deep`: the function stands in the stack so often that it is a loop."
  @spec push(t, pid, {call, span, term}) :: {:ok | :deep, t}
  def push(stacks, pid, {call, _, _} = entry) do
    stack = Map.get(stacks, pid, [])

    cond do
      stack == [] and map_size(stacks) >= @most -> {:ok, stacks}
      loops?(stack, call) -> {:deep, Map.put(stacks, pid, [entry | stack])}
      true -> {:ok, Map.put(stacks, pid, [entry | stack])}
    end
  end

  defp loops?(stack, call),
    do:
      match?([_ | _], Enum.drop(stack, @deep - 1)) and
        Enum.count(stack, &(elem(&1, 0) == call)) >= @deep

  @doc "Takes the latest call of the function, and what stands above it: that has ended without a word."
  @spec pop(t, pid, call) :: {span, t}
  def pop(stacks, pid, call) do
    case Enum.drop_while(Map.get(stacks, pid, []), &(elem(&1, 0) != call)) do
      [] -> {nil, stacks}
      [{_, span, _}] -> {span, Map.delete(stacks, pid)}
      [{_, span, _} | rest] -> {span, Map.put(stacks, pid, rest)}
    end
  end

  @doc "Forgets processes that are gone."
  @spec sweep(t) :: t
  def sweep(stacks), do: Map.filter(stacks, fn {pid, _} -> Process.alive?(pid) end)
end
