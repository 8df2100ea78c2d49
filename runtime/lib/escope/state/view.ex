defmodule Escope.State.View do
  @moduledoc """
  Where the state is in what a callback is given and returns, and what of it is a state. Called by
  `Escope.State` in the application's processes; needs no LiveView, no Phoenix and no GenStage.

  A socket is known by its shape. The state of other behaviours stands where `Escope.Policy` says.
  """

  @typedoc """
  Which history a state belongs to: that of the process; of one LiveView in it (several are mounted
  in a process that answers an HTTP request); of a component; of a channel.
  """
  @type stream ::
          nil | {:live_view, term} | {:component, term, term} | {:channel, term}

  @typedoc "`part` is what of the state stands there, nil for all."
  @type carried :: {stream, state :: term, part :: atom}

  @doc "The state that a value is, nil where it is none."
  @spec of(term) :: carried | nil
  def of(%{__struct__: Phoenix.LiveView.Socket, assigns: %{} = assigns} = socket) do
    unless is_map_key(assigns, :__struct__),
      do: {stream(socket, assigns), live_view(socket, assigns), nil}
  end

  # What `render/1` is given; layouts and function components are given more.
  def of(%{__changed__: _, socket: %{__struct__: Phoenix.LiveView.Socket} = socket} = assigns)
      when not is_map_key(assigns, :inner_content) and not is_map_key(assigns, :inner_block) do
    assigns = Map.delete(assigns, :socket)
    {stream(socket, assigns), live_view(socket, assigns), :assigns}
  end

  def of(%{__struct__: Phoenix.Socket, topic: topic, assigns: assigns} = socket)
      when is_binary(topic),
      do: {{:channel, topic}, channel(socket, assigns), nil}

  def of(_term), do: nil

  defp stream(%{id: id}, %{myself: %{__struct__: Phoenix.LiveComponent.CID, cid: cid}}),
    do: {:component, id, cid}

  defp stream(%{id: id}, _assigns), do: {:live_view, id}

  defp live_view(socket, assigns) do
    %{id: id, view: view, parent_pid: parent, root_pid: root, transport_pid: transport} = socket

    shown = %{
      __struct__: Phoenix.LiveView.Socket,
      id: id,
      view: view,
      assigns: ordered(assigns),
      parent_pid: parent,
      root_pid: root,
      transport_pid: transport
    }

    shown |> redirected(socket) |> private(socket)
  end

  # `__changed__` is no part of the state. In a small map its key is passed over when others are compared; in
  # a large one it would count for the order of keys.
  defp ordered(assigns) when map_size(assigns) > 32, do: Map.delete(assigns, :__changed__)
  defp ordered(assigns), do: assigns

  defp redirected(shown, %{redirected: to}) when to != nil, do: Map.put(shown, :redirected, to)
  defp redirected(shown, _socket), do: shown

  # Events for the browser and flashes of this turn, and what runs meanwhile.
  defp private(shown, %{private: %{live_temp: temp} = private}) when temp != %{},
    do: Map.put(shown, :private, Map.take(private, [:live_temp, :live_async]))

  defp private(shown, %{private: %{live_async: async}}) when async != %{},
    do: Map.put(shown, :private, %{live_async: async})

  defp private(shown, _socket), do: shown

  defp channel(socket, assigns) do
    %{
      __struct__: Phoenix.Socket,
      id: Map.get(socket, :id),
      topic: Map.get(socket, :topic),
      channel: Map.get(socket, :channel),
      handler: Map.get(socket, :handler),
      joined: Map.get(socket, :joined),
      assigns: assigns
    }
  end

  @doc """
  What is remembered of a state between two turns. LiveView lets go of temporary assigns and of a
  stream's items after it has rendered, so they are not held here either.
  """
  @spec lasting(term, term) :: term
  def lasting(%{assigns: assigns} = state, %{__struct__: Phoenix.LiveView.Socket} = socket) do
    case socket do
      %{private: %{temporary_assigns: %{} = defaults}} when defaults != %{} ->
        %{state | assigns: assigns |> without_temporary(defaults) |> without_items()}

      _ ->
        if is_map_key(assigns, :streams),
          do: %{state | assigns: without_items(assigns)},
          else: state
    end
  end

  def lasting(state, _carrier), do: state

  @gone {:"$escope", :gone}

  defp without_temporary(assigns, defaults) do
    Enum.reduce(defaults, assigns, fn {key, default}, assigns ->
      case assigns do
        %{^key => value} when value !== default -> %{assigns | key => @gone}
        _ -> assigns
      end
    end)
  end

  defp without_items(%{streams: %{} = streams} = assigns) do
    if Enum.any?(:maps.values(streams), &match?(%{inserts: [_ | _]}, &1)),
      do: %{assigns | streams: @gone},
      else: assigns
  end

  defp without_items(assigns), do: assigns

  @doc "The place of the state in a callback's result, nil where it has none."
  @spec place(Escope.Policy.shape(), term) :: non_neg_integer | nil
  def place(:server, {:noreply, _}), do: 1
  def place(:server, {:noreply, _, _}), do: 1
  def place(:server, {:reply, _, _}), do: 2
  def place(:server, {:reply, _, _, _}), do: 2
  def place(:server, {:ok, _}), do: 1
  def place(:server, {:ok, _, _}), do: 1
  def place(:server, {:stop, _, _}), do: 2
  def place(:server, {:stop, _, _, _}), do: 3

  def place(:stage, {:noreply, _, _}), do: 2
  def place(:stage, {:noreply, _, _, _}), do: 2
  def place(:stage, {:reply, _, _, _}), do: 3
  def place(:stage, {:reply, _, _, _, _}), do: 3
  def place(:stage, {:stop, _, _}), do: 2
  def place(:stage, {:stop, _, _, _}), do: 3

  def place(:stage, {kind, _})
      when kind in [:ok, :producer, :consumer, :producer_consumer, :automatic, :manual],
      do: 1

  def place(:stage, {kind, _, _}) when kind in [:producer, :consumer, :producer_consumer], do: 1

  def place(:statem, {:ok, _, _}), do: 2
  def place(:statem, {:ok, _, _, _}), do: 2
  def place(:statem, {:next_state, _, _}), do: 2
  def place(:statem, {:next_state, _, _, _}), do: 2
  def place(:statem, {kind, _}) when kind in [:keep_state, :repeat_state], do: 1
  def place(:statem, {kind, _, _}) when kind in [:keep_state, :repeat_state], do: 1
  def place(:statem, {:stop, _, _}), do: 2
  def place(:statem, {:stop_and_reply, _, _, _}), do: 3
  def place(_shape, _result), do: nil
end
