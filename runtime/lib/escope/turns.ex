defmodule Escope.Turns do
  @moduledoc """
  Has processes tell their turns: puts `Escope.Turn.note/3` into them as a `:sys` debug function, and
  takes it out when the recording is over. One process, which the application never waits for; owns
  the tables of `Escope.Timers` and of who was described.

  A process is only sent a system message while it waits in the loop of a `gen_server` or
  `gen_statem`: another one may not know such messages, and a suspended one is left alone.
  """

  use GenServer

  alias Escope.{Label, Origin, Ring, Timers, Turn}
  alias Escope.Turn.Requests

  @described :"#{__MODULE__}.Described"
  # How often a process is looked at until it is found waiting: after 1, 2, 4, … milliseconds.
  @looks 14
  # A process that never waits may be told while it runs.
  @busy 7
  @sweep 10_000
  # Milliseconds between two attempts to be told of requests.
  @attach 100

  @enforce_keys [:epoch, :told, :attached]
  defstruct @enforce_keys

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "Asks for the calling process's turns, where it may have some. Called at its first event."
  @spec watch() :: term
  def watch do
    case Process.get(:"$initial_call") do
      {_module, name, arity} when {name, arity} in [init: 1, mount: 3, join: 3] ->
        tell({:watch, self()})

      _ ->
        nil
    end
  end

  @doc "Asks for a description of a process that has handed on a message, once."
  @spec describe(pid) :: term
  def describe(pid) do
    if node(pid) == node() and :ets.insert_new(@described, {pid}), do: tell({:describe, pid})
  catch
    :error, :badarg -> nil
  end

  @doc "Says that a recording has begun, or is over."
  @spec follow(:begun | :over) :: term
  def follow(what), do: tell(what)

  # Not with the token of the process that asks: it is the application's.
  defp tell(message) do
    if turns = Process.whereis(__MODULE__), do: Label.without(fn -> send(turns, message) end)
  end

  @impl true
  def init(_) do
    Timers.create()
    :ets.new(@described, [:set, :public, :named_table, write_concurrency: true])
    Process.send_after(self(), :sweep, @sweep)
    {:ok, begun(%__MODULE__{epoch: nil, told: MapSet.new(), attached: false})}
  end

  defp begun(state) do
    case Ring.state() do
      nil -> state
      on -> attach(%{state | epoch: elem(on, 0)}, elem(on, 0))
    end
  end

  @impl true
  def handle_info(message, state) do
    :seq_trace.set_token([])
    {:noreply, handle(message, state)}
  catch
    # Of a process or a table that is gone.
    _, _ -> {:noreply, state}
  end

  defp handle(:begun, state), do: state |> over() |> begun()
  defp handle(:over, state), do: over(state)

  defp handle({:watch, pid}, state) do
    look_later(pid, 0)
    state
  end

  defp handle({:look, pid, looks}, %{epoch: epoch} = state) do
    if epoch != nil, do: look(pid, looks, epoch)
    state
  end

  defp handle({:told, pid, epoch}, %{epoch: epoch} = state) do
    Process.monitor(pid)
    %{state | told: MapSet.put(state.told, pid)}
  end

  # Too late: it forgets itself with its process's next message.
  defp handle({:told, _pid, _epoch}, state), do: state

  defp handle({:DOWN, _, :process, pid, _}, state) do
    :ets.delete(@described, pid)
    %{state | told: MapSet.delete(state.told, pid)}
  end

  defp handle({:describe, pid}, state) do
    Process.monitor(pid)
    if on = Ring.state(), do: Origin.report(on, pid)
    state
  end

  defp handle({:attach, epoch}, state), do: attach(state, epoch)

  defp handle(:sweep, state) do
    Process.send_after(self(), :sweep, @sweep)
    Timers.sweep()
    state
  end

  defp handle(_other, state), do: state

  defp look_later(pid, looks) when looks < @looks,
    do: Process.send_after(self(), {:look, pid, looks}, Bitwise.bsl(1, looks))

  defp look_later(_pid, _looks), do: nil

  defp look(pid, looks, epoch) do
    case :erlang.process_info(pid, [:current_function, :status, :current_stacktrace]) do
      :undefined -> nil
      info -> if ready?(info, looks), do: install(pid, epoch), else: look_later(pid, looks + 1)
    end
  end

  defp ready?(info, looks) do
    waits?(info) or
      (looks >= @busy and info[:status] in [:running, :runnable] and
         works?(info[:current_stacktrace]))
  end

  # One that is asked runs for a moment, to answer: what it stands in counts.
  defp waits?(info) do
    info[:status] in [:waiting, :runnable, :running, :garbage_collecting] and
      match?(
        {module, name, _}
        when {module, name} in [gen_server: :loop, gen_statem: :loop_receive],
        info[:current_function]
      )
  end

  defp works?(stack),
    do:
      Enum.any?(stack, fn {module, name, _, _} ->
        {module, name} in [
          gen_server: :handle_msg,
          gen_server: :decode_msg,
          gen_statem: :loop_state_callback
        ]
      end)

  # By a process of its own: one that is busy may let it wait.
  defp install(pid, epoch) do
    turns = self()

    spawn(fn ->
      :ok = :sys.install(pid, {{:escope, epoch}, &Turn.note/3, epoch})
      send(turns, {:told, pid, epoch})
    end)
  end

  defp over(%{epoch: nil} = state), do: state

  defp over(%{epoch: epoch} = state) do
    for pid <- state.told, idle?(pid), do: remove(pid, epoch)
    if state.attached, do: Requests.detach(epoch)
    Timers.clear()
    :ets.delete_all_objects(@described)
    %{state | epoch: nil, told: MapSet.new(), attached: false}
  end

  # Where a process is busy, the function takes itself out at the turn's end.
  defp idle?(pid) do
    case :erlang.process_info(pid, [:current_function, :status]) do
      :undefined -> false
      info -> waits?(info)
    end
  end

  defp remove(pid, epoch), do: spawn(fn -> :sys.remove(pid, {:escope, epoch}) end)

  # The application may have telemetry, and start it later.
  defp attach(%{epoch: epoch, attached: false} = state, epoch) do
    if Requests.attach(epoch) == :ok do
      %{state | attached: true}
    else
      Process.send_after(self(), {:attach, epoch}, @attach)
      state
    end
  end

  defp attach(state, _epoch), do: state
end
