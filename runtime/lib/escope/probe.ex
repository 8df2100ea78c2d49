defmodule Escope.Probe do
  @moduledoc """
  What a probed function calls. Runs in the application's processes, as part of their work.

  Whatever happens in here, the function's own result or exception is what its caller gets. Calls
  before the body has returned leave no frame on the stack, except `run` itself.
  """

  alias Escope.{Counts, Emit, Ring, Stack}

  @type id :: integer
  @type fun_name :: {module, {atom, arity}}

  @doc "Runs the body of a probed clause."
  @spec run(id, fun_name, [term] | nil, (() -> result)) :: result when result: term
  def run(id, fun_name, args, body) do
    opened = open(id, fun_name, args)

    try do
      body.()
    catch
      class, reason ->
        stack = fold(__STACKTRACE__, body)
        raised(opened, id, {class, reason, stack})
        :erlang.raise(class, reason, stack)
    else
      result ->
        leave(opened, id, result)
        result
    end
  end

  @doc "Notes that a loop was entered."
  @spec enter(id, fun_name, [term] | nil) :: :ok
  def enter(id, fun_name, args) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.touch(on, id, fun_name, args) end)
    :ok
  end

  defp open(id, fun_name, args) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.open(on, id, fun_name, args) end)
  end

  defp leave(nil, _id, _result), do: :ok

  defp leave(opened, id, result) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.leave(on, id, opened, result) end)
  end

  defp raised(nil, _id, _exception), do: :ok

  defp raised(opened, id, exception) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.raised(on, id, opened, exception) end)
  end

  # The one border that no failure of ours crosses.
  defp guarded(on, work) do
    work.()
  catch
    _, _ -> failed(on)
  end

  defp failed({_, _, _, _, counts, _}) do
    Counts.add(counts, :failed)
    nil
  catch
    _, _ -> nil
  end

  defp fold(stack, body) do
    Stack.fold(stack, body)
  catch
    _, _ -> stack
  end
end
