defmodule Escope.Cause do
  @moduledoc """
  Who caused what an outermost span does: the span that sent the message which it answers, armed its
  timer, or spawned its process. Used by `Escope.Emit` in the application's processes.

  Where the process's turns are told (`Escope.Turn`), a label is that of the message at hand. Elsewhere
  it may be that of an earlier one, and says less. What cannot be known for certain here is handed to
  whoever reads the recording, or left out.
  """

  alias Escope.{Label, Message, Timers, Turn, Turns}

  @type found :: {cause :: integer | nil, Message.t() | nil}

  @doc "Marks what the process sends from now on with `span`."
  @spec set(epoch :: integer, integer | nil, Label.state()) :: term
  def set(_epoch, nil, _state), do: :ok
  def set(epoch, span, state), do: Label.write(epoch, span, state)

  @doc "What caused what the process does now, with these arguments. `born`: it has recorded nothing so far."
  @spec of(epoch :: integer, Escope.Probe.fun_name(), [term] | nil, boolean) :: found
  def of(epoch, fun_name, args, born) do
    case Turn.now(epoch) do
      {:taken, _, _} = turn -> taken(epoch, turn)
      {:works, first, latest, _cause} -> {follows(fun_name, first, latest), nil}
      {:rests, latest, kind} -> rested(kind, epoch, fun_name, args, latest)
      nil -> mounted(fun_name, args) || untold(epoch, fun_name, args, born)
    end
  end

  # In one turn a callback leads to all others, but for those that one of them asked for.
  defp follows({_module, {:handle_continue, 2}}, _first, latest), do: latest
  defp follows(_fun_name, first, _latest), do: first

  defp rested(:server, _epoch, {_module, {:handle_continue, 2}}, _args, latest), do: {latest, nil}
  defp rested(:statem, _epoch, _fun_name, [:internal | _], latest), do: {latest, nil}

  defp rested(:statem, epoch, fun_name, [type, content | _] = args, _latest) do
    case Turn.postponed({type, content}) do
      {:ok, cause} -> {cause, nil}
      :error -> untold(epoch, fun_name, args, false)
    end
  end

  defp rested(_kind, epoch, fun_name, args, _latest), do: untold(epoch, fun_name, args, false)

  @doc "The cause of a turn of which nothing was recorded yet."
  @spec taken(integer, Turn.t()) :: found
  def taken(epoch, {:taken, label, message}) do
    case Turn.root(message) do
      nil -> told(label, epoch, message)
      about -> {nil, Message.root(about)}
    end
  end

  defp told(nil, _epoch, message), do: {Timers.fired(message), nil}
  defp told(:other, _epoch, _message), do: {nil, nil}

  # The process has answered a system message since it rested: the label came with that one.
  defp told({_, _, state, owner, from}, _epoch, message)
       when from == self() and (owner != self() or state != :open),
       do: {Timers.fired(message), nil}

  defp told({epoch, span, state, pid, pid}, epoch, message),
    do: if(sent?(state, message), do: {span, nil}, else: {nil, nil})

  defp told(label, epoch, message) do
    case Timers.fired(message) do
      nil -> handed_on(label, epoch)
      span -> {span, nil}
    end
  end

  # After a span, with no turn that would bound it: a process's end is its last span's work, and so
  # is the result of a task.
  defp sent?(:over, {:EXIT, _pid, _reason}), do: true
  defp sent?(:over, {ref, _result}) when is_reference(ref), do: true
  defp sent?(:over, {_liveview, :async_result, _result}), do: true
  defp sent?(state, _message), do: state != :over

  defp handed_on({epoch, span, state, _owner, from}, epoch),
    do: by(from, nil, span, state)

  # From another VM, or left over from an earlier recording.
  defp handed_on({other, span, state, owner, from}, _epoch) do
    cond do
      node(owner) == node() -> {nil, nil}
      owner == from -> {nil, Message.handed_on(other, span, state, nil)}
      true -> by(from, other, span, state)
    end
  end

  defp by(from, epoch, span, state) do
    if from == Process.whereis(:timer_server) do
      {nil, nil}
    else
      Turns.describe(from)
      {nil, Message.handed_on(epoch, span, state, from)}
    end
  end

  # A LiveView's or channel's first callback precedes all turns; the browser has asked for it, or it
  # is a part of a LiveView that did.
  defp mounted({_view, {:mount, 3}}, [_, _, %{transport_pid: pid, parent_pid: parent}])
       when is_pid(pid),
       do: {nil, Message.root(%{kind: :mount, parent: parent})}

  defp mounted({_channel, {:join, 3}}, [topic, _, %{transport_pid: pid}]) when is_pid(pid),
    do: {nil, Message.root(%{kind: :join, topic: topic})}

  defp mounted(_fun_name, _args), do: nil

  # The label may be an old one.
  defp untold(epoch, fun_name, args, born) do
    case if(born, do: Label.kept(), else: Label.read()) do
      nil ->
        {armed(args), nil}

      :other ->
        {nil, nil}

      label ->
        if bare?(fun_name, args),
          do: {armed(args), nil},
          else: old(label, epoch, fun_name, args, born)
    end
  end

  @doc """
  Whether a call of this name answers nothing, or a message that bears its own label. Those of timers and monitors bear
  none, and are a `handle_info`'s, or a `gen_statem`'s.
  """
  @spec labelled?(atom) :: boolean
  def labelled?(name), do: name not in [:handle_info, :handle_event, :handle_timeout]

  # Messages that never bear one.
  defp bare?({_module, {:handle_info, _}}, [message | _]) do
    case message do
      {:DOWN, _, _, _, _} -> true
      {:timeout, ref, _} when is_reference(ref) -> true
      :timeout -> true
      {port, _} when is_port(port) -> true
      {_, port} when is_port(port) -> true
      {_, port, _} when is_port(port) -> true
      {_, port, _, _, _} when is_port(port) -> true
      _ -> false
    end
  end

  defp bare?(_fun_name, _args), do: false

  defp old({epoch, span, :open, owner, owner}, epoch, _fun_name, _args, _born)
       when owner == self(),
       do: {span, nil}

  defp old({epoch, _span, state, owner, owner}, epoch, _fun_name, args, _born)
       when owner == self(),
       do: {if(state != :loop, do: armed(args)), nil}

  defp old({epoch, span, state, owner, from}, epoch, fun_name, args, born)
       when from == self() and owner != self(),
       do: own(span, state, owner, fun_name, args, born)

  defp old({epoch, span, state, from, from}, epoch, fun_name, args, _born),
    do: direct(span, state, from, fun_name, args)

  # An answer brought it back.
  defp old({_, _, state, owner, _}, _epoch, _fun_name, args, _born)
       when owner == self() and state != :open,
       do: {armed(args), nil}

  defp old({other, span, state, owner, from} = label, epoch, fun_name, args, born) do
    cond do
      # The code of a callback may have to be loaded before it runs: an answer with what was there.
      owner != from and from == Process.whereis(:code_server) ->
        old({other, span, state, owner, owner}, epoch, fun_name, args, born)

      timer = armed(args) ->
        {timer, nil}

      true ->
        if asked?(from, fun_name, args), do: handed_on(label, epoch), else: {nil, nil}
    end
  end

  # What a callback is given was sent by another process: the process has sent something since then.
  defp own(_span, _state, _owner, {_, {name, _}}, args, _born)
       when name in [:handle_info, :handle_cast, :handle_call, :handle_event],
       do: {armed(args), nil}

  defp own(span, state, owner, _fun_name, _args, true) do
    case :erlang.process_info(self(), :parent) do
      {:parent, ^owner} -> {if(state != :over, do: span), nil}
      {:parent, parent} when is_pid(parent) -> by(parent, nil, span, state)
      _ -> {nil, nil}
    end
  end

  defp own(span, :open, _owner, _fun_name, _args, false), do: {span, nil}
  defp own(_span, _state, _owner, _fun_name, _args, false), do: {nil, nil}

  defp direct(span, state, from, fun_name, args) do
    cond do
      not asked?(from, fun_name, args) -> {nil, nil}
      state in [:open, :loop] -> {span, nil}
      true -> {answered(fun_name, args, span), nil}
    end
  end

  # Where the arguments say who sent the message, the label has to come from there.
  defp asked?(pid, {_module, {:handle_call, 3}}, [_request, {from, _tag} | _]), do: from == pid
  defp asked?(_pid, _fun_name, _args), do: true

  # What is sent after a span is a result: of a call, which whoever made it has read by itself, of a
  # starting process, or of a task, which a callback is given. Everything else only came by a
  # process that had received one.
  defp answered({_module, {:handle_async, _}}, _args, span), do: span

  defp answered({_module, {:handle_info, _}}, [{ref, _} | _], span) when is_reference(ref),
    do: span

  defp answered({_module, {:handle_info, _}}, [{:EXIT, _, _} | _], span), do: span
  defp answered(_fun_name, _args, _span), do: nil

  # The message of a timer is the callback's first argument.
  defp armed([message | _]), do: Timers.fired(message)
  defp armed(_args), do: nil
end
