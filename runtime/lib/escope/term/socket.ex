defmodule Escope.Term.Socket do
  @moduledoc """
  What of a LiveView socket is recorded. Called by `Escope.Term.Cut` in the application's
  processes; needs no LiveView.
  """

  @doc "What a reader of the assigns looks for; change tracking and an empty flash hide it."
  @spec shown(map) :: map
  def shown(%{
        id: id,
        view: view,
        assigns: %{} = assigns,
        parent_pid: parent,
        root_pid: root,
        transport_pid: transport
      }) do
    %{
      __struct__: Phoenix.LiveView.Socket,
      id: id,
      view: view,
      assigns: assigns |> Map.delete(:__changed__) |> without_empty_flash(),
      parent_pid: parent,
      root_pid: root,
      transport_pid: transport
    }
  end

  def shown(other), do: other

  defp without_empty_flash(%{flash: flash} = assigns) when flash == %{},
    do: Map.delete(assigns, :flash)

  defp without_empty_flash(assigns), do: assigns
end
