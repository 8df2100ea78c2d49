defmodule Escope.Feed.Delivery do
  @moduledoc """
  Brings events to a subscriber, or to those of a `Phoenix.PubSub` topic, whose dispatcher this
  module is. Runs in the process of `Escope.Feed`.
  """

  @topic "escope"
  @most 64

  @doc "`:slow` where the subscriber has `most` messages that it has not read."
  @spec give(pid, [Escope.Feed.event()], non_neg_integer, pos_integer) :: :given | :none | :slow
  def give(_pid, [], _missed, _most), do: :none

  def give(pid, events, missed, most) do
    if waiting(pid) < most do
      send(pid, {:escope, events, missed})
      :given
    else
      :slow
    end
  end

  # One that is on another node, or no more, has none here.
  defp waiting(pid) when node(pid) == node() do
    case Process.info(pid, :message_queue_len) do
      {_, n} -> n
      nil -> 0
    end
  end

  defp waiting(_pid), do: 0

  @doc "Tells all who listen to the topic `escope` on this node."
  @spec broadcast(atom | nil, [Escope.Feed.event()], non_neg_integer) :: term
  def broadcast(pubsub, events, missed) when pubsub != nil and events != [] do
    apply(Phoenix.PubSub, :local_broadcast, [
      pubsub,
      @topic,
      {:escope, events, missed},
      __MODULE__
    ])
  catch
    # It is not started yet, or there is no such thing here.
    _, _ -> :ok
  end

  def broadcast(_pubsub, _events, _missed), do: :ok

  @doc "What `Phoenix.PubSub` calls with the topic's subscribers."
  @spec dispatch([{pid, term}], pid | :none, {:escope, list, non_neg_integer}) :: :ok
  def dispatch(entries, _from, {:escope, events, missed}) do
    for {pid, _metadata} <- entries do
      missed = missed + Process.get({__MODULE__, pid}, 0)

      if give(pid, events, missed, @most) == :slow,
        do: Process.put({__MODULE__, pid}, missed + length(events)),
        else: Process.delete({__MODULE__, pid})
    end

    :ok
  end
end
