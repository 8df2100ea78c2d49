defmodule Escope.Context do
  @moduledoc """
  In which LiveView or channel a process works, read from its sockets, and its label. Called by
  `Escope.State` at outermost spans, in the application's processes; needs no Phoenix.

  It is recorded when it has changed; what every event of a process says besides (its callback, its
  arguments) is not repeated here.
  """

  alias Escope.Live.{Changes, Hooks}
  alias Escope.State.Memory

  @type note :: {:context | :tree, term}

  @doc """
  What has changed of the context since it was last noted, where an outermost span begins. Within one it
  is noted of a LiveView that was not met before: a request's process renders several.
  """
  @spec notes(Memory.t(), [{term, Escope.State.View.carried(), term}], :begins | :ends | nil) ::
          {[note], Memory.t()}
  def notes(
        %{context: {:live_view, id, _, _, _, _, _, _, _, _, _}} = memory,
        [_ | _] = carried,
        nil
      ) do
    case carried do
      [{_, {{:live_view, other}, _, _}, _} | _] when other != id ->
        notes(memory, carried, :begins)

      _ ->
        {[], memory}
    end
  end

  def notes(memory, _carried, :ends), do: {[], memory}

  def notes(memory, carried, _turn) do
    case first(carried) do
      nil -> {[], memory}
      {context, socket} -> memory |> noted(context) |> with_tree(memory.context, socket)
    end
  end

  defp first([]), do: nil

  defp first([{_, {stream, _, _}, carrier} | rest]) do
    if context = of(stream, carrier), do: {context, socket(carrier)}, else: first(rest)
  end

  defp socket(%{__changed__: _, socket: socket}), do: socket
  defp socket(socket), do: socket

  # The same LiveView as before is in the tree.
  defp with_tree({_, %{context: context}} = noted, context, _socket), do: noted

  defp with_tree({notes, memory}, _before, %{__struct__: Phoenix.LiveView.Socket} = socket) do
    case Changes.told(memory.made, socket) do
      nil -> {notes, memory}
      note -> {[note | notes], memory}
    end
  end

  defp with_tree(noted, _before, _socket), do: noted

  @doc "The same for a process of which only its label is known."
  @spec label(Memory.t(), term) :: {[note], Memory.t()}
  def label(%{context: nil} = memory, label), do: noted(memory, {:process, label})
  def label(%{context: {:process, _}} = memory, label), do: noted(memory, {:process, label})
  def label(memory, _label), do: {[], memory}

  defp noted(%{context: context} = memory, context), do: {[], memory}
  defp noted(memory, context), do: {[{:context, shown(context)}], %{memory | context: context}}

  # A component's socket says of the LiveView what that's own socket says, but for the live action.
  defp of({:live_view, _}, %{__changed__: _, socket: socket, live_action: action}),
    do: live_view(socket, action)

  defp of({:live_view, _}, %{__changed__: _, socket: socket}), do: live_view(socket, nil)

  defp of({:live_view, _}, %{assigns: assigns} = socket),
    do: live_view(socket, Map.get(assigns, :live_action))

  defp of({:channel, topic}, %{join_ref: join_ref, ref: ref} = socket),
    do: {:channel, topic, join_ref, ref, socket.channel, socket.handler, socket.transport_pid}

  defp of(_stream, _carrier), do: nil

  defp live_view(socket, action) do
    %{id: id, view: view, transport_pid: transport, parent_pid: parent, root_pid: root} = socket
    label = Process.get(:"$process_label")

    {:live_view, id, view, transport, parent, root, router(socket), action, label, sticky(socket),
     hooks(socket)}
  end

  defp hooks(%{private: %{lifecycle: lifecycle}}), do: lifecycle
  defp hooks(_socket), do: nil

  defp router(%{host_uri: :not_mounted_at_router}), do: nil
  defp router(%{router: router}), do: router
  defp router(_socket), do: nil

  # Since LiveView 1.1; before, a sticky LiveView looks like one that a template embeds.
  defp sticky(%{sticky?: sticky}), do: sticky
  defp sticky(_socket), do: nil

  defp shown({:process, label}), do: %{kind: :process, label: label}

  defp shown({:channel, topic, join_ref, ref, channel, handler, transport}) do
    %{
      kind: :channel,
      topic: topic,
      join_ref: join_ref,
      ref: ref,
      channel: channel,
      handler: handler,
      transport_pid: transport
    }
  end

  defp shown(
         {:live_view, id, view, transport, parent, root, router, action, label, sticky, hooks}
       ) do
    %{
      kind: :live_view,
      id: id,
      view: view,
      transport_pid: transport,
      parent_pid: parent,
      root_pid: root,
      router: router,
      live_action: action,
      label: label,
      mount: if(transport == nil, do: :static, else: :connected),
      place: placed(parent, sticky, router),
      hooks: Hooks.by_stage(hooks)
    }
  end

  defp placed(parent, _sticky, _router) when parent != nil, do: :nested
  defp placed(_parent, true, _router), do: :sticky
  defp placed(_parent, _sticky, nil), do: :embedded
  defp placed(_parent, _sticky, _router), do: :root
end
