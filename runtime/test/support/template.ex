defmodule Escope.Template do
  @moduledoc """
  Templates of the shape that LiveView's have, and what LiveView does with them: its functions are
  called one after the other, the outer ones first.
  """

  @doc "A template; `dynamic` is given whether changes are tracked."
  def rendered(dynamic, more \\ %{}) when is_function(dynamic, 1) do
    Map.merge(
      %{
        __struct__: Phoenix.LiveView.Rendered,
        static: [],
        dynamic: dynamic,
        fingerprint: 1,
        root: nil,
        caller: :not_available
      },
      more
    )
  end

  @doc "A comprehension as LiveView has it since 1.1: an entry is a function."
  def keyed(entries) do
    %{
      __struct__: Phoenix.LiveView.Comprehension,
      static: [],
      has_key?: false,
      entries: entries,
      fingerprint: 2,
      stream: nil
    }
  end

  @doc "A comprehension as it was before: entries are evaluated."
  def comprehension(dynamics) do
    %{
      __struct__: Phoenix.LiveView.Comprehension,
      static: [],
      dynamics: dynamics,
      fingerprint: 2,
      stream: nil
    }
  end

  def component(module, id),
    do: %{__struct__: Phoenix.LiveView.Component, component: module, id: id, assigns: %{}}

  @doc "Everything that a template holds, with its functions called."
  def diff(part, track? \\ false)

  def diff(%{__struct__: Phoenix.LiveView.Rendered, dynamic: dynamic} = part, track?),
    do: %{part | dynamic: Enum.map(dynamic.(track?), &diff(&1, track?))}

  def diff(%{__struct__: Phoenix.LiveView.Comprehension, entries: entries} = part, track?) do
    called = for {key, vars, render} <- entries, do: {key, vars, render.(%{}, track?)}

    %{
      part
      | entries: for({k, v, parts} <- called, do: {k, v, Enum.map(parts, &diff(&1, track?))})
    }
  end

  def diff(%{__struct__: Phoenix.LiveView.Comprehension, dynamics: dynamics} = part, _track?),
    do: %{part | dynamics: for(parts <- dynamics, do: Enum.map(parts, &diff(&1, false)))}

  def diff(other, _track?), do: other

  @doc "A LiveView's socket."
  def socket(assigns \\ %{}, options \\ []) do
    Map.merge(
      %{
        __struct__: Phoenix.LiveView.Socket,
        id: "phx-1",
        view: ShopWeb.CartLive,
        assigns: Map.put(assigns, :__changed__, %{}),
        private: %{live_temp: %{}, lifecycle: lifecycle(), connect_params: %{}},
        parent_pid: nil,
        root_pid: self(),
        transport_pid: self(),
        router: ShopWeb.Router,
        redirected: nil
      },
      Map.new(options)
    )
  end

  def lifecycle(hooks \\ %{}) do
    Map.merge(
      %{__struct__: Phoenix.LiveView.Lifecycle, mount: [], handle_event: [], after_render: []},
      hooks
    )
  end

  @doc "What `render/1` is given."
  def assigns(changed, more \\ %{}),
    do: Map.merge(%{__changed__: changed, socket: %{socket() | assigns: :not_in_socket}}, more)
end
