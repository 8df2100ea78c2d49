# One page as LiveView's processes see it, on the real runtime, for context.test.ts: a static mount with a nested LiveView and
# a component, the connected mount that continues it, a GenServer. Started with a folder that has manifest and policies.

defmodule Page do
  alias Escope.Probe

  def mount(id, socket), do: call(id, ShopWeb.CartLive, :mount, [%{}, %{}, socket], {:ok, socket})
  def update(id, socket), do: call(id, ShopWeb.CartLine, :update, [%{}, socket], {:ok, socket})

  def socket(id, view, assigns, options) do
    Map.merge(
      %{
        __struct__: Phoenix.LiveView.Socket,
        id: id,
        view: view,
        assigns: Map.put(assigns, :__changed__, %{}),
        private: %{live_temp: %{}},
        parent_pid: nil,
        root_pid: nil,
        transport_pid: nil,
        router: ShopWeb.Router,
        redirected: nil
      },
      Map.new(options)
    )
  end

  def call(id, module, name, args, result),
    do: Probe.run(id, {module, {name, length(args)}}, args, fn -> result end)

  def in_process(work), do: work |> Task.async() |> Task.await()
end

[folder] = System.argv()
{:ok, _} = Application.ensure_all_started(:escope)
priv = Application.app_dir(:escope, "priv")
File.mkdir_p!(priv)
File.cp!(Path.join(folder, "probes.json"), Path.join(priv, "probes.json"))
:ok = Escope.start(record: Path.join(folder, "r"))
cid = %{__struct__: Phoenix.LiveComponent.CID, cid: 4}

Page.in_process(fn ->
  page = Page.socket("phx-1", ShopWeb.CartLive, %{live_action: :show}, [])
  Page.mount(1, page)
  Page.mount(2, Page.socket("child", ShopWeb.Ticker, %{}, parent_pid: self()))
  Page.update(3, Page.socket("phx-1", ShopWeb.CartLive, %{myself: cid}, []))
end)

Page.in_process(fn ->
  Page.mount(1, Page.socket("phx-1", ShopWeb.CartLive, %{live_action: :show}, transport_pid: self()))
  Page.call(4, ShopWeb.Channel, :handle_info, [:tick, %{}], {:noreply, %{}})
end)

Page.in_process(fn -> Page.call(5, Shop.Stock, :handle_call, [:all, {self(), [:alias | make_ref()]}, %{}], {:reply, [], %{}}) end)
:ok = Escope.stop()
