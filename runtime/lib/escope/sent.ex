defmodule Escope.Sent do
  @moduledoc """
  What a probed call site sends: an event `send` within its span, as docs/recording.md has it. Used by
  `Escope.Probe` in the application's processes.

  The message itself is an argument of the call, and is not copied again: the event says which one.
  """

  alias Escope.{Emit, Probe, Ring}

  @typedoc "How it is sent, to whom, as the call says and the process where that is known, and the place of the message among the arguments."
  @type t ::
          {:send | :cast | :call | :reply | :broadcast, to :: term, pid | nil, non_neg_integer}

  @doc "Notes what the call sends, if it sends something. A span whose beginning is put off says nothing of it."
  @spec note(Probe.id(), Probe.fun_name(), [term], Emit.opened()) :: term
  def note(id, fun_name, args, {_epoch, span, _parent, entry})
      when entry == nil or tuple_size(entry) == 2 do
    with {_, _, _, _} = sent <- of(fun_name, args),
         {_, _, _, _, _, _} = on <- Ring.state(),
         do: Emit.tell(on, :send, id, span, sent)
  end

  def note(_id, _fun_name, _args, _late), do: nil

  @servers [GenServer, :gen_server, :gen_statem, GenStage]
  @broadcasts [:broadcast, :broadcast!, :local_broadcast]
  @others [:broadcast_from, :broadcast_from!, :local_broadcast_from]

  @spec of(Probe.fun_name(), [term]) :: t | nil
  def of({module, {:send, _}}, [to, _ | _]) when module in [Kernel, Process, :erlang],
    do: sent(:send, to, 1)

  def of({module, {:cast, 2}}, [to, _]) when module in @servers, do: sent(:cast, to, 1)
  def of({module, {:call, _}}, [to, _ | _]) when module in @servers, do: sent(:call, to, 1)

  def of({module, {:reply, 2}}, [{pid, _tag}, _]) when module in @servers and is_pid(pid),
    do: {:reply, pid, pid, 1}

  def of({Agent, {:cast, 2}}, [to, _]), do: sent(:cast, to, 1)

  def of({Agent, {name, _}}, [to, fun | _])
      when name in [:get, :update, :get_and_update] and is_function(fun),
      do: sent(:call, to, 1)

  def of({Phoenix.PubSub, {name, _}}, [_, topic, _ | _]) when name in @broadcasts,
    do: topic(topic, 2)

  def of({Phoenix.PubSub, {name, _}}, [_, _, topic, _ | _]) when name in @others,
    do: topic(topic, 3)

  def of(_fun_name, _args), do: nil

  defp topic(topic, place) when is_binary(topic),
    do: {:broadcast, binary_part(topic, 0, min(byte_size(topic), 200)), nil, place}

  defp topic(_other, _place), do: nil

  # A name stands for whoever has it now.
  defp sent(how, pid, place) when is_pid(pid), do: {how, pid, pid, place}
  defp sent(how, name, place) when is_atom(name), do: {how, name, Process.whereis(name), place}

  # What stands for a process elsewhere, in a registry, is the registry's business.
  defp sent(how, {:global, _}, place), do: {how, :global, nil, place}

  defp sent(how, {name, node}, place) when is_atom(name) and is_atom(node),
    do: {how, {name, node}, nil, place}

  defp sent(how, {:via, registry, _}, place), do: {how, {:via, registry}, nil, place}
  defp sent(_how, _port, _place), do: nil
end
