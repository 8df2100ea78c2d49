defmodule Escope.LiveChangesTest do
  use ExUnit.Case, async: false

  import Escope.Template
  alias Escope.{Probe, Recorded, Ring}
  alias Escope.Live.Changes

  @view {ShopWeb.CartLive, {:render, 1}}
  @row {Shop.Row, {:render, 1}}

  defp told(work) do
    events = Recorded.events(fn -> work |> Task.async() |> Task.await(:infinity) end)
    for %{kind: :tree, payload: {"phx-1", changes}} <- events, change <- changes, do: change
  end

  defp event(socket),
    do: Probe.run(3, {ShopWeb.CartLive, {:handle_event, 3}}, ["a", %{}, socket], fn -> :ok end)

  defp view(parts), do: template(1, @view, assigns(nil), parts)
  defp row(cid, id, parts \\ []), do: row_of(@row, cid, id, parts)

  defp row_of(name, cid, id, parts),
    do: template(2, name, assigns(nil, %{id: id, myself: cid(cid)}), parts)

  defp template(probe, name, assigns, parts),
    do: probe |> Probe.run(name, [assigns], fn -> rendered(fn _ -> parts end) end) |> diff()

  defp cid(cid), do: %{__struct__: Phoenix.LiveComponent.CID, cid: cid}

  # The state of a LiveView's process: `{cid, module, id, children}` of each component.
  defp turn(components, ids \\ nil) do
    cids =
      for {cid, module, id, children} <- components, into: %{} do
        {cid, {module, id, %{}, %{children_cids: children}, nil}}
      end

    named =
      for {cid, module, id, _} <- components, reduce: %{} do
        ids -> Map.update(ids, module, %{id => cid}, &Map.put(&1, id, cid))
      end

    Changes.turn(Ring.state(), %{socket: socket(), components: {cids, ids || named, 9}})
  end

  test "a LiveView is told once, as mounted before it has rendered" do
    about = %{view: ShopWeb.CartLive, parent_pid: nil, transport_pid: self(), root_pid: self()}

    assert [{:live_view, :mounted, ^about}] =
             told(fn ->
               socket = %{socket() | root_pid: about.root_pid, transport_pid: about.transport_pid}
               for _ <- 1..3, do: event(socket)
             end)

    assert [{:live_view, :found, _}] =
             told(fn -> event(socket(%{}, private: %{lifecycle: lifecycle()})) end)
  end

  test "components: whose template names them, and their numbers from their own" do
    changes =
      told(fn ->
        view([component(Shop.Row, "a"), "text", component(Shop.Row, "b")])
        row(1, "a", [rendered(fn _ -> [component(Shop.Cell, 7)] end)])
        row(2, "b")
        row_of({Shop.Cell, {:render, 1}}, 3, 7, [])
        # What is given assigns again.
        view([component(Shop.Row, "b")])
      end)

    assert [
             {:live_view, :mounted, _},
             {:mounted, 1, Shop.Row, "a", nil},
             {:mounted, 2, Shop.Row, "b", nil},
             {:mounted, 3, Shop.Cell, 7, 1},
             {:updated, 2}
           ] = changes
  end

  test "entries of comprehensions name components, too" do
    parts = [{nil, %{}, fn _, _ -> [component(Shop.Row, 1)] end}]

    assert [_, {:mounted, 1, Shop.Row, 1, nil}, {:mounted, 2, Shop.Row, 2, nil}] =
             told(fn ->
               view([keyed(parts), comprehension([["x", component(Shop.Row, 2)]])])
               row(1, 1)
               row(2, 2)
             end)
  end

  test "the process's own state: what comes and goes, and what no template has named" do
    changes =
      told(fn ->
        view([component(Shop.Row, "a")])
        # Its templates are not probed, nor are those of the third.
        turn([{1, Shop.Row, "a", [2]}, {2, Shop.Cell, "x", []}, {3, Shop.Row, "c", []}])
        turn([{1, Shop.Row, "a", []}, {3, Shop.Row, "c", []}])
        view([component(Shop.Row, "c")])
        row(1, "a", [component(Shop.Row, "c")])
        turn([{1, Shop.Row, "a", [3]}, {3, Shop.Row, "c", []}, {4, Shop.Cell, "x", []}])
        turn([])
      end)

    assert [
             {:live_view, :mounted, _},
             {:mounted, 1, Shop.Row, "a", nil},
             {:mounted, 2, Shop.Cell, "x", 1},
             {:mounted, 3, Shop.Row, "c", nil},
             {:removed, 2},
             {:updated, 3},
             {:moved, 3, 1},
             {:updated, 3},
             {:mounted, 4, Shop.Cell, "x", nil},
             {:removed, 1},
             {:removed, 3},
             {:removed, 4}
           ] = changes
  end

  test "a LiveView that was there before the recording, and its components" do
    assert [
             {:live_view, :found, %{view: ShopWeb.CartLive}},
             {:found, 1, Shop.Row, "a", nil},
             {:found, 2, Shop.Cell, "x", 1}
           ] = told(fn -> turn([{1, Shop.Row, "a", [2]}, {2, Shop.Cell, "x", []}]) end)
  end

  test "where nothing has changed, nothing is told; other states are none of a LiveView" do
    ids = %{Shop.Row => %{"a" => 1}}

    assert [{:live_view, :found, _}, {:found, 1, Shop.Row, "a", nil}] =
             told(fn ->
               for _ <- 1..5, do: turn([{1, Shop.Row, "a", []}], ids)

               for state <- [%{}, :none, %{socket: 1, components: {1, 2, 3}}],
                   do: Changes.turn(Ring.state(), state)
             end)
  end

  test "pages that one process renders for requests" do
    pages = fn n ->
      for i <- 1..n do
        event(%{socket() | id: "phx-#{i}", transport_pid: nil})
      end

      {:dictionary, dictionary} = Process.info(self(), :dictionary)
      {_, views} = dictionary[:"$escope_tree"]
      map_size(views)
    end

    me = self()

    events =
      Recorded.events(fn -> send(me, {:held, Task.await(Task.async(fn -> pages.(9) end))}) end)

    assert_received {:held, 1}
    assert Enum.count(events, &(&1.kind == :tree)) == 9
  end

  test "after a recording nothing of it is held" do
    me = self()

    pid =
      spawn(fn ->
        for _ <- 1..2 do
          receive do: (:go -> :ok)
          event(socket())
          send(me, {:keys, Process.get_keys()})
        end

        receive do: (:end -> :ok)
      end)

    Recorded.events(fn ->
      send(pid, :go)
      assert_receive {:keys, keys}
      assert :"$escope_tree" in keys
    end)

    send(pid, :go)
    assert_receive {:keys, keys}
    refute :"$escope_tree" in keys
    send(pid, :end)
  end

  test "hooks by stage, when they change" do
    hook = fn id, function -> %{id: id, stage: :handle_event, function: function} end
    one = lifecycle(%{mount: [hook.({Shop.Auth, :default}, &String.replace/4)]})
    two = %{one | handle_event: [hook.(:audit, &Function.identity/1)]}

    events =
      Recorded.events(fn ->
        for lifecycle <- [one, one, two],
            do: event(socket(%{}, private: %{live_temp: %{}, lifecycle: lifecycle}))
      end)

    mount = %{id: {Shop.Auth, :default}, function: {String, :replace, 4}}

    assert [%{mount: [^mount]} = first, %{handle_event: [%{id: :audit}], mount: [^mount]}] =
             for(%{kind: :context, payload: %{hooks: hooks}} <- events, do: hooks)

    assert map_size(first) == 1
  end
end
