defmodule Escope.Render do
  @moduledoc """
  Times templates. A function that returns a template's `Rendered` takes microseconds: the work is in
  the functions which that holds, and LiveView calls later. They are replaced by timed ones here, and
  so are those that come out of them. Called by `Escope.Probe` in the application's processes, by
  shape: needs no LiveView.

  What the functions return is what it was, but for the functions in it: change tracking and diffs
  stay the same. A timed function holds what it stands for, and lives as long.
  """

  alias Escope.{Clock, Counts, Emit, Policies, Policy, Ring, Stack}
  alias Escope.Live.Changes
  alias Escope.Render.{Parts, Tally}

  @typedoc "What is known when a function begins: which assigns have changed, and whose template it may be."
  @type began :: {changed :: [term] | nil, Changes.place() | nil} | nil
  @type owner :: {epoch :: pos_integer, pid, Escope.Probe.id(), span :: integer}

  @doc "What the arguments of a function say that may return a template. Raises never."
  @spec began(Escope.Probe.fun_name(), [term] | nil) :: began
  def began(fun_name, [%{__changed__: changed} = assigns]) when is_map(changed),
    do: {:maps.keys(changed), Changes.place(fun_name, assigns)}

  def began(fun_name, [%{__changed__: nil} = assigns]),
    do: {nil, Changes.place(fun_name, assigns)}

  def began(_fun_name, _args), do: nil

  @doc "The template, timed under the span that has returned it."
  @spec timed(Ring.state(), Escope.Probe.id(), Emit.opened(), began, result) :: result
        when result: term
  def timed(on, id, opened, began, %{__struct__: Phoenix.LiveView.Rendered} = rendered) do
    {epoch, _, _, _, _, policies} = on
    policy = Policies.of(policies, id)

    with {^epoch, span, _parent, _entry} <- opened,
         true <- policy.render and (policy.enter or policy.leave) and policy.on,
         false <- Policy.late?(policy),
         %{dynamic: dynamic} when is_function(dynamic, 1) <- rendered,
         false <- Parts.timed?(dynamic),
         true <- Tally.open(epoch, span, id, began) do
      with {_changed, {_, _, _, _} = place} <- began, do: Changes.met(on, place, id, span)
      %{rendered | dynamic: Parts.timed({epoch, self(), id, span}, dynamic)}
    else
      _ -> rendered
    end
  end

  def timed(_on, _id, _opened, _began, result), do: result

  @doc "The turn is over: what nobody has called by now, nobody will."
  @spec rest(Ring.state()) :: term
  def rest(on), do: tell(on, Tally.rest(elem(on, 0)))

  @doc "Calls a template's function."
  @spec run(owner, function, [term]) :: term
  def run(owner, dynamic, args) do
    case begin(owner) do
      nil -> apply(dynamic, args)
      begun -> measured(owner, begun, dynamic, args)
    end
  end

  defp measured(owner, begun, dynamic, args) do
    apply(dynamic, args)
  catch
    class, reason ->
      stack = Stack.caught(__STACKTRACE__, :erlang.process_info(self(), :current_stacktrace))
      ended(owner, begun, fn on, ended -> failed(on, owner, ended) end)
      :erlang.raise(class, reason, stack)
  else
    result ->
      case ended(owner, begun, &finished(&1, owner, &2, result, List.last(args) == true)) do
        {:ok, result} -> result
        _ -> result
      end
  end

  # Of an earlier recording, or another process's: not measured.
  defp begin({epoch, pid, id, span}) when pid == self() do
    case Ring.state() do
      {^epoch, _, _, _, _, _} = on -> guarded(on, fn -> begin(on, id, span) end)
      _ -> Tally.forget()
    end
  end

  defp begin(_owner), do: nil

  defp begin(on, id, span) do
    with {:open, open} <- Emit.within(on, span) do
      {open, Tally.begin(elem(on, 0), span, id), Clock.now()}
    end
  end

  defp ended({epoch, _, _, span}, {open, outer, began}, work) do
    time = Clock.now()

    with {^epoch, _, _, _, _, _} = on <- Ring.state() do
      guarded(on, fn ->
        Emit.without(on, span, open)
        work.(on, {outer, began, time})
      end)
    end
  end

  defp finished(on, {_, _, id, span} = owner, {outer, began, time}, result, tracked) do
    {result, found} = Parts.timed_all(result, owner)

    if found.components != [],
      do: Changes.given(on, Tally.place(span), found.components, id, span)

    told = Tally.finish(outer, span, began, time, tracked, found)
    tell(on, told)
    {:ok, result}
  end

  defp failed(on, {_, _, _, span}, {outer, began, time}),
    do: tell(on, Tally.fail(outer, span, began, time))

  defp tell(on, told) do
    for {id, span, payload} <- told, do: Emit.tell(on, :render, id, span, payload)
  end

  # What goes wrong in here is counted, and the application goes on.
  defp guarded(on, work) do
    work.()
  catch
    _, _ ->
      Counts.add(elem(on, 4), :failed)
      nil
  end
end
