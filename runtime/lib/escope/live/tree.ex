defmodule Escope.Live.Tree do
  @moduledoc """
  What the state of a LiveView's process says of the LiveView and its components. Read by shape,
  without Phoenix. Called by `Escope.Snapshot` and `Escope.Live.Views`.
  """

  @type component :: %{
          cid: pos_integer,
          module: module,
          id: term,
          assigns: map,
          children: [component]
        }

  @doc "The state of a process that answers system messages."
  @spec state(pid, timeout) :: {:ok, term} | {:error, term}
  def state(pid, timeout) do
    {:ok, :sys.get_state(pid, timeout)}
  catch
    :exit, {reason, _call} -> {:error, reason(reason)}
    :exit, reason -> {:error, reason(reason)}
  end

  defp reason(reason) when is_atom(reason), do: reason
  defp reason({reason, _}) when is_atom(reason), do: reason
  defp reason(_reason), do: :unknown

  @doc "Which LiveView it is; nil where the state is that of no LiveView."
  @spec about(term) :: map | nil
  def about(%{socket: %{__struct__: Phoenix.LiveView.Socket} = socket} = state) do
    %{
      view: socket.view,
      id: socket.id,
      parent_pid: socket.parent_pid,
      root_pid: socket.root_pid,
      transport_pid: socket.transport_pid,
      live_action: Map.get(socket.assigns, :live_action),
      topic: Map.get(state, :topic)
    }
  end

  def about(_state), do: nil

  @doc "Its components, each within the one that renders it."
  @spec components(term) :: [component]
  def components(%{components: components}) when is_tuple(components) do
    case elem(components, 0) do
      %{} = by_cid -> tree(by_cid)
      _ -> []
    end
  end

  def components(_state), do: []

  defp tree(by_cid) do
    below = for {_, {_, _, _, %{children_cids: cids}, _}} <- by_cid, cid <- cids, do: cid
    for cid <- Enum.sort(Map.keys(by_cid) -- below), do: node(cid, by_cid, [])
  end

  # A component that is its own parent is no tree of ours to follow.
  defp node(cid, by_cid, above) do
    {module, id, assigns, private, _prints} = Map.fetch!(by_cid, cid)

    children =
      for child <- Map.get(private, :children_cids, []),
          is_map_key(by_cid, child),
          child != cid and child not in above,
          do: node(child, by_cid, [cid | above])

    %{cid: cid, module: module, id: id, assigns: shown(assigns), children: children}
  end

  @doc "Assigns as people know them."
  @spec shown(map) :: map
  def shown(assigns), do: Map.drop(assigns, [:__changed__, :myself, :socket])
end
