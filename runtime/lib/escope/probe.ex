defmodule Escope.Probe do
  @moduledoc """
  What a probed function calls. Runs in the application's processes, as part of their work.

  Whatever happens in here, the function's own result or exception is what its caller gets.
  """

  alias Escope.{Counts, Emit, Origin, Render, Ring, Stack}

  @type id :: integer
  @type fun_name :: {module, {atom, arity}}

  @typedoc "What the source calls and the places of its arguments, where the compiled call differs."
  @type shown :: {fun_name | nil, [non_neg_integer] | nil}

  @doc "Runs the body of a probed clause."
  @spec run(id, fun_name, [term], (() -> result)) :: result when result: term
  def run(id, fun_name, args, body) do
    opened = open(id, fun_name, args)
    began = opened && Render.began(fun_name, args)

    try do
      body.()
    catch
      class, reason -> reraise(opened, id, class, reason, __STACKTRACE__)
    else
      result -> leave(opened, id, result, began)
    end
  end

  @doc "Runs the body of a probed macro: the compiler's process is recorded as long as it lasts."
  @spec run_macro(id, fun_name, [term], (() -> result)) :: result when result: term
  def run_macro(id, fun_name, args, body) do
    outer = Origin.expanding(true)

    try do
      run(id, fun_name, args, body)
    after
      Origin.expanding(outer)
    end
  end

  @doc "Notes that a macro was entered that ends in a loop."
  @spec enter_macro(id, fun_name, [term] | nil) :: :ok
  def enter_macro(id, fun_name, args) do
    outer = Origin.expanding(true)
    enter(id, fun_name, args)
    Origin.expanding(outer)
    :ok
  end

  @doc """
  Makes a probed call: `body`, which `Escope.Closure` has made of the call. Module and function are
  nil where the name is known.
  """
  @spec call(id, shown, module | nil, atom, [term], (() -> result)) :: result when result: term
  def call(id, {name, order}, module, function, args, body) do
    name = name(name, module, function, args)
    run(id, name, shown(args, order), body)
  end

  @doc "Notes a call that has to stay a tail call."
  @spec enter_call(id, shown, module, atom, [term]) :: :ok
  def enter_call(id, {name, order}, module, function, args),
    do: enter(id, name(name, module, function, args), shown(args, order))

  @doc "Notes a tail call of a function of the same module."
  @spec enter_call(id, shown, function, [term]) :: :ok
  def enter_call(id, {name, _order}, _function, args), do: enter(id, name, args)

  defp name(nil, module, function, args), do: {module, {function, length(args)}}
  defp name(name, _module, _function, _args), do: name

  defp shown(args, nil), do: args
  defp shown(args, order), do: Enum.map(order, &Enum.at(args, &1))

  @doc "Notes the value of a probed expression."
  @spec value(id, term) :: :ok
  def value(id, value) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.mark(on, id, value) end)
    :ok
  end

  @doc "Notes that an expression is reached whose value cannot be waited for."
  @spec enter_value(id) :: :ok
  def enter_value(id), do: value(id, {:"$escope", :left_out})

  @doc """
  Stands before the body of a marked clause, until `Escope.Transform` takes it away. It stays where
  the compiler has put one function's body into another, and then notes an entry.
  """
  @spec mark(id, :run | :enter | :run_macro | :enter_macro, fun_name, [atom]) :: :ok
  def mark(id, mode, fun_name, _locals) when mode in [:run_macro, :enter_macro],
    do: enter_macro(id, fun_name, nil)

  def mark(id, _mode, fun_name, _locals), do: enter(id, fun_name, nil)

  @doc "Notes what a local variable of a probed clause is bound to."
  @spec local(id, atom, term) :: :ok
  def local(id, name, value) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.local(on, id, name, value) end)
    :ok
  end

  @doc "Notes what somebody has to say."
  @spec said(String.t(), term) :: :ok
  def said(text, metadata) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.said(on, text, metadata) end)
    :ok
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

  defp leave(nil, _id, result, _began), do: result

  defp leave(opened, id, result, began) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.leave(on, id, opened, result) end)
    timed(on, id, opened, result, began)
  end

  defp timed(
         on,
         id,
         opened,
         %{__struct__: Phoenix.LiveView.Rendered, dynamic: _} = rendered,
         began
       )
       when on != nil,
       do: guarded(on, fn -> Render.timed(on, id, opened, began, rendered) end) || rendered

  defp timed(_on, _id, _opened, result, _began), do: result

  defp reraise(opened, id, class, reason, stack) do
    stack = fold(stack)
    raised(opened, id, {class, reason, stack})
    :erlang.raise(class, reason, stack)
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

  defp fold(stack) do
    Stack.fold(stack)
  catch
    _, _ -> stack
  end
end
