defmodule Escope.Probe do
  @moduledoc """
  What a probed function calls. Runs in the application's processes, as part of their work.

  Whatever happens in here, the function's own result or exception is what its caller gets.
  """

  alias Escope.{Counts, Emit, Origin, Render, Ring, Sent, Stack}

  @type id :: integer
  @type fun_name :: {module, {atom, arity}}

  @typedoc "What the source calls and the places of its arguments, where the compiled call differs."
  @type shown :: {fun_name | nil, [non_neg_integer] | nil}

  @typedoc "An open span, and what is known of a template."
  @type call :: {Emit.opened(), Render.began()} | nil

  @doc "Runs the body of a probed clause."
  @spec run(id, fun_name, [term], (() -> result)) :: result when result: term
  def run(id, fun_name, args, body) do
    case Ring.state() do
      nil -> off(body)
      on -> on(on, id, fun_name, args, body)
    end
  end

  # By itself, so that next to nothing has to be kept while the body runs.
  defp off(body) do
    body.()
  catch
    class, reason -> reraise(nil, nil, class, reason, __STACKTRACE__)
  end

  defp on(on, id, fun_name, args, body) do
    opened = open(on, id, fun_name, args)
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

  @doc "Opens the span of a probed call. Module and function are nil where the name is known."
  @spec open_call(id, shown, module | nil, atom, [term]) :: call
  def open_call(id, {name, order}, module, function, args) do
    name = name(name, module, function, args)
    args = shown(args, order)
    opened = open(id, name, args)
    if opened, do: sends(id, name, args, opened)
    opened && {opened, Render.began(name, args)}
  end

  defp sends(id, name, args, opened) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Sent.note(id, name, args, opened) end)
  end

  @doc "Closes the span of a probed call with its result."
  @spec leave_call(call, id, result) :: result when result: term
  def leave_call(nil, _id, result), do: result
  def leave_call({opened, began}, id, result), do: leave(opened, id, result, began)

  @doc "Notes a call that has returned already; one that raises is not noted."
  @spec called(id, shown, module | nil, atom, [term], term) :: :ok
  def called(id, shown, module, function, args, result) do
    id |> open_call(shown, module, function, args) |> leave_call(id, result)
    :ok
  end

  @doc "Closes the span of a call that raised; its stack is the original's."
  @spec reraise_call(call, id, atom, term, [Stack.frame()]) :: no_return
  def reraise_call(call, id, class, reason, stack) do
    with {opened, _} <- call, do: raised(opened, id, {class, reason, shown(stack)})
    :erlang.raise(class, reason, stack)
  end

  @doc "The same of a call that ended its function, which leaves a frame that the original has not."
  @spec reraise_tail(call, id, atom, term, [Stack.frame()], Stack.current()) :: no_return
  def reraise_tail(call, id, class, reason, stack, current),
    do: reraise_call(call, id, class, reason, caught(stack, current))

  @doc "Notes a call that has to stay a tail call."
  @spec enter_call(id, shown, module, atom, [term]) :: :ok
  def enter_call(id, {name, order}, module, function, args),
    do: enter(id, name(name, module, function, args), shown(args, order))

  @doc "Notes a tail call of a function of the same module."
  @spec enter_call(id, shown, term, [term]) :: :ok
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

  @doc "Notes what a local variable of a probed clause is bound to, and on which line."
  @spec local(id, atom, term, pos_integer | nil) :: :ok
  def local(id, name, value, line) do
    on = Ring.state()
    if on, do: guarded(on, fn -> Emit.local(on, id, name, value, line) end)
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
    if on, do: open(on, id, fun_name, args)
  end

  defp open(on, id, fun_name, args) do
    Emit.open(on, id, fun_name, args)
  catch
    _, _ -> failed(on)
  end

  defp leave(nil, _id, result, _began), do: result

  defp leave(opened, id, result, began) do
    on = Ring.state()
    if on, do: close(on, id, opened, result)
    timed(on, id, opened, result, began)
  end

  defp close(on, id, opened, result) do
    Emit.leave(on, id, opened, result)
  catch
    _, _ -> failed(on)
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

  # Where the handler stands is asked for here, so that no more frames are in the way than its own.
  defp reraise(opened, id, class, reason, stack) do
    stack = caught(stack, :erlang.process_info(self(), :current_stacktrace))
    if opened, do: raised(opened, id, {class, reason, shown(stack)})
    :erlang.raise(class, reason, stack)
  end

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

  defp caught(stack, current) do
    Stack.caught(stack, current)
  catch
    _, _ -> stack
  end

  defp shown(stack) do
    Stack.originals(stack)
  catch
    _, _ -> stack
  end

  @doc "What a probed function reads as its `__STACKTRACE__`."
  @spec stacktrace([Stack.frame()], Stack.current()) :: [Stack.frame()]
  def stacktrace(stack, current) do
    Stack.read(stack, current)
  catch
    _, _ -> stack
  end
end
