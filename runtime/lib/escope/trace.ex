defmodule Escope.Trace do
  @moduledoc """
  Records calls of functions that were not rewritten, OTP's and dependencies', where a rule asks for it (`trace:`):
  has the VM trace them while a recording is on. One process, told by `Escope.Rings`; the
  application never waits for it.

  Another tracer comes first: what it has is left to it, and where it comes later, all is given back. See
  `Escope.Trace.Sessions` for OTP from 27 on, `Escope.Trace.Shared` for what was before.
  """

  use GenServer

  require Logger

  alias Escope.{Clock, Foreign, Origin, Policies, Ring}
  alias Escope.Trace.{Listener, Sessions, Shared, Spec, Targets}

  # Who else traces is looked at so often, what was loaded meanwhile once a second.
  @look 100
  @find 1_000
  @most_functions 1_000
  # After so much that a limit was reached, or a mailbox grew.
  @pause 1_000
  # What an owner that was killed had taken.
  @held :"$escope_trace"

  defstruct [
    :epoch,
    :tap,
    :listener,
    targets: [],
    functions: %{},
    off: %{},
    loops: MapSet.new(),
    left: 0,
    ended: nil
  ]

  @type status :: %{functions: non_neg_integer, left: non_neg_integer, ended: atom}

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "Says that a recording has begun, or is over."
  @spec follow(:begun | :over) :: term
  def follow(what), do: GenServer.cast(__MODULE__, what)

  @doc """
  How many functions are traced; how many processes and functions are left to another tracer; and why
  tracing has ended before the recording has: `:another_tracer`, `:killed`.
  """
  @spec status() :: status
  def status do
    GenServer.call(__MODULE__, :status)
  catch
    :exit, _ -> %{functions: 0, left: 0, ended: nil}
  end

  @impl true
  def init(_) do
    Process.flag(:priority, :high)
    with {tap, mfas} <- :persistent_term.get(@held, nil), do: close(tap, mfas)
    {:ok, %__MODULE__{}, {:continue, :resume}}
  end

  # Not while the supervisor waits: it is asked who is ours.
  @impl true
  def handle_continue(:resume, state), do: {:noreply, begun(state)}

  @impl true
  def handle_call(:status, _from, state) do
    left = state.left + Enum.count(state.functions, &match?({_, :taken}, &1))
    functions = Enum.count(state.functions, &match?({_, {_id, _md5}}, &1))
    {:reply, %{functions: functions, left: left, ended: state.ended}, state}
  end

  @impl true
  def handle_cast(:begun, state), do: {:noreply, state |> over() |> begun()}
  def handle_cast(:over, state), do: {:noreply, over(state)}

  @impl true
  def handle_info(message, state) do
    {:noreply, handle(message, state)}
  catch
    # Of a process that is gone, or in the middle of the recording's end.
    _, _ -> {:noreply, state}
  end

  defp handle({:look, epoch}, %{epoch: epoch, tap: tap} = state) when tap != nil do
    cond do
      not Process.alive?(state.listener) ->
        ended(state, :killed)

      module(tap).disturbs?(tap) ->
        ended(state, :another_tracer)

      true ->
        Process.send_after(self(), {:look, epoch}, @look)
        state
    end
  end

  defp handle({:find, epoch}, %{epoch: epoch, tap: tap} = state) when tap != nil do
    Process.send_after(self(), {:find, epoch}, @find)
    found(state)
  end

  defp handle({:enough, id}, %{tap: tap} = state) when tap != nil do
    Process.send_after(self(), {:again, state.epoch, id}, @pause)
    paused = for {mfa, {own, _}} <- state.functions, id in [:all, own], into: %{}, do: {mfa, own}
    for {mfa, _} <- paused, do: module(tap).release(tap, mfa)
    %{state | off: Map.put(state.off, id, paused)}
  end

  defp handle({:again, epoch, id}, %{epoch: epoch, tap: tap} = state) when tap != nil do
    {paused, off} = Map.pop(state.off, id, %{})
    send(state.listener, {:again, [id]})
    still = off |> Map.values() |> Enum.reduce(%{}, &Map.merge/2)
    for {mfa, own} <- paused, not is_map_key(still, mfa), do: take(state, mfa, own)
    %{state | off: off}
  end

  # Its calls are noted without their return from now on.
  defp handle({:deep, {module, {name, arity}}}, %{tap: tap} = state) when tap != nil do
    mfa = {module, name, arity}
    state = %{state | loops: MapSet.put(state.loops, mfa)}
    with {id, _} <- state.functions[mfa], false <- paused?(state, mfa), do: take(state, mfa, id)
    state
  end

  defp handle({:DOWN, _, :process, listener, _}, %{listener: listener, tap: tap} = state)
       when tap != nil,
       do: ended(state, :killed)

  defp handle(_other, state), do: state

  defp begun(state) do
    case Ring.state() do
      {epoch, _, _, _, _, %Policies{traced: [_ | _] = targets}} -> open(epoch, targets)
      _ -> %{state | ended: nil}
    end
  end

  defp open(epoch, targets) do
    tap = if Sessions.available?(), do: Sessions, else: Shared
    if tap.free?(), do: open(epoch, targets, tap), else: ended(%__MODULE__{}, :another_tracer)
  end

  defp open(epoch, targets, tap) do
    {:ok, listener} = Listener.start(self(), epoch)
    Process.monitor(listener)
    Targets.load(targets)
    {tap, left} = tap.open(listener, own())
    state = %__MODULE__{epoch: epoch, tap: tap, listener: listener, targets: targets, left: left}
    Process.send_after(self(), {:look, epoch}, @look)
    Process.send_after(self(), {:find, epoch}, @find)
    if left > 0, do: say("trace: #{left} processes are left to another tracer")
    found(state)
  end

  # Ours: what they call is no event.
  defp own do
    for {_, pid, _, _} <- Supervisor.which_children(Escope.Supervisor), is_pid(pid), do: pid
  catch
    # While the supervisor starts us.
    :exit, _ -> [self()]
  end

  defp found(state) do
    functions =
      for {{module, _, _} = mfa, id} <- Targets.find(state.targets, @most_functions), into: %{} do
        md5 = module.module_info(:md5)

        {mfa,
         if(state.functions[mfa] == {id, md5}, do: {id, md5}, else: taken(state, mfa, id, md5))}
      end

    for {mfa, {_, _}} <- state.functions,
        not is_map_key(functions, mfa),
        do: module(state.tap).release(state.tap, mfa)

    :persistent_term.put(@held, {state.tap, Map.keys(functions)})
    %{state | functions: functions}
  end

  defp taken(state, mfa, id, md5) do
    cond do
      paused?(state, mfa) -> {id, md5}
      take(state, mfa, id) == :ok -> {id, md5}
      true -> :taken
    end
  end

  defp paused?(state, mfa),
    do: Enum.any?(state.off, fn {_, paused} -> is_map_key(paused, mfa) end)

  defp take(state, {_, _, arity} = mfa, id) do
    {_, _, _, _, _, policies} = Ring.state()
    mode = if mfa in state.loops, do: :enter, else: :full
    module(state.tap).take(state.tap, mfa, Spec.of(id, arity, Policies.of(policies, id), mode))
  end

  defp ended(state, why) do
    say("trace: ended (#{why}); calls of functions without probes are not recorded from now on")
    %{over(state) | ended: why}
  end

  defp over(%{tap: nil} = state), do: %{state | ended: nil}

  defp over(state) do
    close(state.tap, Map.keys(state.functions))
    Process.exit(state.listener, :kill)
    %__MODULE__{}
  end

  defp close(tap, mfas) do
    module(tap).close(tap, mfas)
    :persistent_term.erase(@held)
  end

  defp module({:session, _, _}), do: Sessions
  defp module({:shared, _, _}), do: Shared

  # In the log, and in the recording.
  defp say(text) do
    Logger.warning("escope: " <> text)

    with {_, _, _, _, _, _} = on <- Ring.state() do
      Origin.report(on, self())
      time = Clock.now()

      Foreign.put(
        on,
        :mark,
        {self(), time},
        {nil, :new, nil, nil},
        {:"$escope", :said, text, nil},
        0
      )
    end
  end
end
