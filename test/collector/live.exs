# LiveView's processes as the runtime sees them, for live.test.ts: a LiveView with components and a function component, a hook
# that halts, a task. Started with a folder that has the manifest; the templates and their states come from the runtime's tests.

Code.require_file("../../runtime/test/support/template.ex", __DIR__)

defmodule Page do
  import Escope.Template
  alias Escope.Probe

  @name {Shop.Auth, :default}

  def call(id, module, name, args, result),
    do: Probe.run(id, {module, {name, length(args)}}, args, fn -> result end)

  def page(task) do
    hook = %{id: @name, stage: :mount, function: &String.replace/4}
    lifecycle = lifecycle(%{mount: [hook]})
    mounting = %{lifecycle: lifecycle, live_temp: %{}, connect_params: %{}}
    running = %{lifecycle: lifecycle, live_temp: %{}, live_async: %{load: {make_ref(), task, :start}}}
    socket = socket(%{count: 0}, private: mounting)
    call(1, String, :replace, [:default, %{}, %{}, socket], {:cont, socket})
    call(2, ShopWeb.CartLive, :mount, [%{}, %{}, socket], {:ok, %{socket | private: running}})
    render(nil, %{socket | private: running}, [component(Shop.Row, "a"), component(Shop.Row, "b")])
    row(1, "a")
    row(2, "b")
    running = %{socket | private: Map.delete(running, :connect_params)}
    done = %{running | private: Map.delete(running.private, :live_async)}
    call(4, ShopWeb.CartLive, :handle_async, [:load, {:ok, 1}, done], {:noreply, done})
    render(%{count: true}, done, [nil, badge()], true)
    components = for {cid, id} <- [{2, "b"}], into: %{}, do: {cid, {Shop.Row, id, %{}, %{children_cids: []}, nil}}
    state = %{socket: done, components: {components, %{Shop.Row => %{"b" => 2}}, 3}}
    Escope.Live.Changes.turn(Escope.Ring.state(), state)
  end

  def refused do
    hook = %{id: @name, stage: :mount, function: &String.replace/4}
    private = %{lifecycle: lifecycle(%{mount: [hook]}), live_temp: %{}}
    socket = socket(%{}, id: "phx-2", transport_pid: nil, private: private)
    call(1, String, :replace, [:default, %{}, %{}, socket], {:halt, socket})
  end

  defp badge do
    template = rendered(fn _ -> ["new"] end)
    fn -> call(5, ShopWeb.Parts, :badge, [%{__changed__: nil}], template) end
  end

  defp render(changed, socket, parts, track? \\ false) do
    parts = fn _ -> Enum.map(parts, &if(is_function(&1), do: &1.(), else: &1)) end
    3 |> call(ShopWeb.CartLive, :render, [assigns(changed, %{socket: socket})], rendered(parts)) |> diff(track?)
  end

  defp row(cid, id) do
    assigns = assigns(nil, %{id: id, myself: %{__struct__: Phoenix.LiveComponent.CID, cid: cid}})
    6 |> call(Shop.Row, :render, [assigns], rendered(fn _ -> [id] end)) |> diff()
  end
end

[folder] = System.argv()
{:ok, _} = Application.ensure_all_started(:escope)
priv = Application.app_dir(:escope, "priv")
File.mkdir_p!(priv)
File.cp!(Path.join(folder, "probes.json"), Path.join(priv, "probes.json"))
:ok = Escope.start(record: Path.join(folder, "r"))
me = self()

# Waits, so that its number is known, and the page's process is still there at the end.
task =
  spawn(fn ->
    receive do
      :go -> Page.call(7, Shop.Loader, :load, [], send(me, :loaded))
    end
  end)

page =
  spawn(fn ->
    Page.page(task)
    send(me, :rendered)
    Process.sleep(:infinity)
  end)

send(task, :go)
for message <- [:loaded, :rendered], do: receive(do: (^message -> :ok))
Page.refused()
true = Process.alive?(page)
:ok = Escope.stop()
