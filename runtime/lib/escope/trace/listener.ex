defmodule Escope.Trace.Listener do
  @moduledoc """
  Gets the VM's messages about traced calls, and puts them into the rings as the calling processes' events.
  Started by `Escope.Trace` for one recording; ends with it.

  Whoever calls is not slowed down by us, so calls may come faster than they are read: of a probe that has had
  its share of a second the owner is told, and of a mailbox that grows. What is in it is bounded even where that comes too late:
  the VM ends this process, and with it the tracing.
  """

  use GenServer, restart: :temporary

  alias Escope.{Clock, Conditions, Counts, Foreign, Policies, Policy, Ring, Term, Turns}
  alias Escope.Trace.Stacks

  @tag :"$escope"
  # Words, messages included: 24 MB.
  @most_memory 3_000_000
  @most_messages 1_000
  @sweep 10_000

  @needed [
    Clock,
    Conditions,
    Counts,
    Foreign,
    Policies,
    Policy,
    Ring,
    Stacks,
    Term,
    Term.Cut,
    Term.Size,
    Turns
  ]

  defstruct [:owner, :epoch, stacks: Stacks.new(), asked: MapSet.new()]

  @spec start(pid, epoch :: integer) :: {:ok, pid}
  def start(owner, epoch) do
    heap = %{size: @most_memory, kill: true, error_logger: false}
    options = [priority: :high, max_heap_size: heap]
    GenServer.start(__MODULE__, {owner, epoch}, spawn_opt: options)
  end

  @impl true
  def init({owner, epoch}) do
    Process.monitor(owner)
    # Code that is loaded when the first calls come is loaded while more come.
    Enum.each(@needed, &Code.ensure_loaded/1)
    Process.send_after(self(), :sweep, @sweep)
    {:ok, %__MODULE__{owner: owner, epoch: epoch}}
  end

  @impl true
  def handle_info(message, state) do
    {:noreply, state |> traced(message) |> crowded()}
  catch
    :exit, :over ->
      {:stop, :normal, state}

    _, _ ->
      with {_, _, _, _, counts, _} <- Ring.state(), do: Counts.add(counts, :failed)
      {:noreply, state}
  end

  defp traced(
         state,
         {:trace_ts, pid, :call, {module, name, arity}, {@tag, mode, id, token, args}, time}
       ),
       do:
         called(state, Ring.state(), pid, {module, {name, arity}}, {mode, id, token, args}, time)

  defp traced(state, {:trace_ts, pid, :return_from, mfa, result, time}),
    do: returned(state, pid, mfa, {:leave, result}, time)

  defp traced(state, {:trace_ts, pid, :exception_from, mfa, {class, reason}, time}),
    do: returned(state, pid, mfa, {:raise, {class, reason}}, time)

  # Its owner lets the functions of a probe be traced again.
  defp traced(state, {:again, ids}),
    do: %{state | asked: MapSet.difference(state.asked, MapSet.new(ids))}

  defp traced(state, :sweep) do
    Process.send_after(self(), :sweep, @sweep)
    %{state | stacks: Stacks.sweep(state.stacks)}
  end

  defp traced(_state, {:DOWN, _, :process, _owner, _}), do: exit(:over)
  defp traced(state, _other), do: state

  # Messages that come when the recording is over already are none of it.
  defp called(
         %{epoch: epoch} = state,
         {epoch, _, _, _, counts, policies} = on,
         pid,
         call,
         said,
         time
       ) do
    {mode, id, token, args} = said
    policy = Policies.of(policies, id)
    place = Stacks.place(state.stacks, pid, token, epoch, call)
    on? = policy.on and Policies.process?(policies, pid)
    held = on? and Policy.admits(policy, args, :none, counts)

    cond do
      not on? ->
        noted(state, mode, pid, call, place, nil)

      held == false ->
        state |> enough(id, policy) |> noted(mode, pid, call, place, nil)

      not Ring.room?(on) ->
        Counts.add(counts, :refused) && noted(state, mode, pid, call, place, nil)

      true ->
        noted(
          state,
          mode,
          pid,
          call,
          place,
          {entered(on, policy, id, pid, {call, args, held}, place, time), id}
        )
    end
  end

  defp called(state, _other, _pid, _call, _said, _time), do: state

  defp entered(on, policy, id, pid, {call, args, held}, {parent, cause, _label}, time) do
    if parent == nil, do: Turns.describe(pid)
    {args, cost} = Policy.args(policy, args)

    Foreign.put(
      on,
      :enter,
      {pid, Clock.of_erlang(time)},
      {id, :new, parent, cause},
      if(is_integer(held), do: {call, args, held}, else: {call, args}),
      cost
    )
  end

  defp noted(state, :enter, _pid, _call, _place, _span), do: state

  defp noted(state, :full, pid, call, {_parent, _cause, label}, span) do
    case Stacks.push(state.stacks, pid, {call, span, label}) do
      {:ok, stacks} ->
        %{state | stacks: stacks}

      {:deep, stacks} ->
        send(state.owner, {:deep, call})
        %{state | stacks: stacks}
    end
  end

  defp returned(state, pid, {module, name, arity}, ended, time) do
    {span, stacks} = Stacks.pop(state.stacks, pid, {module, {name, arity}})
    with {span, id} <- span, do: ended(Ring.state(), state.epoch, pid, span, id, ended, time)
    %{state | stacks: stacks}
  end

  defp ended(
         {epoch, _, _, _, _, policies} = on,
         epoch,
         pid,
         {span, parent},
         id,
         {kind, value},
         time
       ) do
    policy = Policies.of(policies, id)
    {value, cost} = value(kind, value, policy)

    if Map.fetch!(policy, kind),
      do:
        Foreign.put(on, kind, {pid, Clock.of_erlang(time)}, {id, span, parent, nil}, value, cost)
  end

  defp ended(_off, _epoch, _pid, _span, _id, _ended, _time), do: nil

  defp value(:leave, result, policy), do: Policy.result(policy, result)

  # Nobody tells where it was raised.
  defp value(:raise, {class, reason}, policy) do
    {reason, cost} = Term.weighed(reason, policy.limits)
    {{class, reason, []}, cost}
  end

  # Its functions need not be traced for the rest of the second.
  defp enough(%{asked: asked} = state, id, policy) do
    if Policy.full?(policy) and id not in asked do
      send(state.owner, {:enough, id})
      %{state | asked: MapSet.put(asked, id)}
    else
      state
    end
  end

  defp crowded(state) do
    {:message_queue_len, waiting} = Process.info(self(), :message_queue_len)
    if waiting > @most_messages and :all not in state.asked, do: asked_all(state), else: state
  end

  defp asked_all(state) do
    send(state.owner, {:enough, :all})
    %{state | asked: MapSet.put(state.asked, :all)}
  end
end
