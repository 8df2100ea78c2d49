defmodule Escope.ApiTest do
  # What people call in IEx and in code, besides starting and stopping.
  use ExUnit.Case, async: false

  alias Escope.{Probe, Recorded}

  @mfa {M, {:f, 1}}

  setup do
    folder = Recorded.folder()
    on_exit(fn -> Escope.stop() end)
    {:ok, folder: folder}
  end

  defp call(value), do: Probe.run(7, @mfa, [value], fn -> {:ok, value} end)

  defp eventually(check, left \\ 200) do
    cond do
      found = check.() -> found
      left == 0 -> flunk("it does not come to pass")
      true -> Process.sleep(10) && eventually(check, left - 1)
    end
  end

  describe "mark" do
    test "is an event in the open span, with what it says", %{folder: folder} do
      assert Escope.mark("before") == :ok
      :ok = Escope.start(record: folder)
      Escope.mark("alone")
      Probe.run(1, @mfa, [], fn -> Escope.mark("within", %{cart: 7}) end)
      Escope.mark(String.duplicate("x", 10_000))
      Escope.stop()
      events = Recorded.read(folder)
      marks = for %{kind: :mark} = e <- events, do: {e.probe, e.parent, e.payload}
      [enter] = for %{kind: :enter} = e <- events, do: e

      assert [
               {nil, nil, {:"$escope", :said, "alone", nil}},
               {nil, parent, {:"$escope", :said, "within", %{cart: 7}}},
               {nil, nil, {:"$escope", :said, {:"$escope", :binary, _, 10_000}, nil}}
             ] = marks

      assert parent == enter.span
    end

    test "is there whatever is switched off", %{folder: folder} do
      :ok = Escope.start(record: folder)
      :ok = Escope.disable(:all)
      call(1)
      Escope.mark("still")
      Escope.stop()
      assert [:spawn, :mark] = Enum.map(Recorded.read(folder), & &1.kind)
    end
  end

  describe "subscribe" do
    test "gives the events, decoded, until it is ended", %{folder: folder} do
      :ok = Escope.subscribe(kinds: [:enter, :mark])
      :ok = Escope.start(record: folder)
      assert %{subscribers: 1, missed: 0} = Escope.status()
      call(:a)
      Escope.mark("m")
      Escope.flush()

      assert_receive {:escope,
                      [
                        %{kind: :enter, probe: 7, payload: {{M, :f, 1}, [:a]}, pid: pid, seq: 2},
                        %{kind: :mark, payload: {:"$escope", :said, "m", nil}}
                      ], 0}

      assert pid == self()
      :ok = Escope.unsubscribe()
      call(:b)
      Escope.flush()
      refute_receive {:escope, _, _}, 50
      assert %{subscribers: 0} = Escope.status()
    end

    test "a slow one is left out, and told of how much; others are not", %{folder: folder} do
      me = self()
      :ok = Escope.start(record: folder)

      slow =
        spawn_link(fn ->
          :ok = Escope.subscribe(most: 3)
          send(me, :ready)

          receive do
            :go -> :ok
          end

          send(me, {:taken, taken(200)})
        end)

      assert_receive :ready
      :ok = Escope.subscribe()

      for i <- 1..30 do
        call(i)
        Escope.flush()
      end

      eventually(fn -> Escope.status().missed > 0 end)
      assert {_, n} = Process.info(slow, :message_queue_len)
      assert n <= 4
      {mine, 0} = taken(100)
      assert length(mine) == 61
      send(slow, :go)
      Process.sleep(20)
      call(:last)
      Escope.flush()
      assert_receive {:taken, {events, missed}}, 1000
      assert length(events) + missed == 63
      assert missed > 40
    end

    test "one that ends is forgotten", %{folder: folder} do
      :ok = Escope.start(record: folder)
      Task.await(Task.async(fn -> Escope.subscribe() end))
      eventually(fn -> Escope.status().subscribers == 0 end)
    end

    test "a feed that is stuck holds back neither recorder nor application", %{folder: folder} do
      :ok = Escope.start(record: folder)
      :ok = Escope.subscribe()
      :sys.suspend(Escope.Feed)

      for i <- 1..300 do
        call(i)
        Escope.flush()
      end

      {_, n} = Process.info(Process.whereis(Escope.Feed), :message_queue_len)
      assert n <= 70
      :sys.resume(Escope.Feed)
      {first, missed} = taken(200)
      call(:last)
      Escope.flush()
      {events, missed} = taken(200, first, missed)
      assert length(events) + missed == 603
      assert missed > 100
    end

    test "a PubSub that the configuration names gets them, too", %{folder: folder} do
      Code.compile_string("""
      defmodule Phoenix.PubSub do
        def local_broadcast(server, topic, message, dispatcher),
          do: dispatcher.dispatch([{server, nil}], :none, {topic, message} |> elem(1))
      end
      """)

      Process.register(self(), :the_pubsub_test)
      Application.put_env(:escope, :pubsub, self())

      on_exit(fn ->
        Application.delete_env(:escope, :pubsub)
        Escope.Feed.configure()
        :code.purge(Phoenix.PubSub)
        :code.delete(Phoenix.PubSub)
      end)

      :ok = Escope.start(record: folder)
      call(1)
      Escope.flush()
      assert_receive {:escope, [%{kind: :spawn}, %{kind: :enter}, %{kind: :leave}], 0}
    end

    defp taken(patience, events \\ [], missed \\ 0) do
      receive do
        {:escope, more, n} -> taken(patience, events ++ more, missed + n)
      after
        patience -> {events, missed}
      end
    end
  end

  defmodule Counter do
    use GenServer
    def init(n), do: {:ok, n}
    def handle_call(:sleep, _from, n), do: {:reply, Process.sleep(300), n}
  end

  describe "snapshot" do
    test "of a server: what it is, and its state, bounded" do
      {:ok, pid} = GenServer.start_link(Counter, %{list: Enum.to_list(1..100_000)}, name: :a_name)

      assert {:ok, %{pid: ^pid, info: info, state: {:ok, %{list: list}}, live_view: nil}} =
               Escope.snapshot(pid)

      assert %{registered_name: :a_name, initial_call: {Counter, :init, 1}, message_queue_len: 0} =
               info

      assert info.ancestors == [self()] and self() in info.links and info.memory > 0
      assert {:"$escope", :more, _} = List.last(list)
    end

    test "of one that is busy, of one that is none, of one that is no more" do
      {:ok, pid} = GenServer.start_link(Counter, 1)
      Task.async(fn -> GenServer.call(pid, :sleep) end)
      Process.sleep(20)
      assert {:ok, %{state: {:error, :timeout}}} = Escope.snapshot(pid, timeout: 50)

      task = Task.async(fn -> Process.sleep(:infinity) end)
      assert {:ok, %{state: {:error, :not_a_server}}} = Escope.snapshot(task.pid)
      assert {:ok, %{state: {:error, :not_a_server}}} = Escope.snapshot(self())
      assert {:message_queue_len, 0} = Process.info(task.pid, :message_queue_len)

      Task.shutdown(task, :brutal_kill)
      assert {:error, :not_alive} = Escope.snapshot(task.pid)
      {:messages, messages} = Process.info(self(), :messages)
      assert [] = for({_ref, _state} = late <- messages, do: late)
    end

    test "of a supervisor, an agent and a state machine" do
      {:ok, supervisor} = Supervisor.start_link([], strategy: :one_for_one)
      assert {:ok, %{state: {:ok, _}}} = Escope.snapshot(supervisor)
      {:ok, agent} = Agent.start_link(fn -> 7 end)
      assert {:ok, %{state: {:ok, 7}}} = Escope.snapshot(agent)
      {:ok, machine} = :gen_statem.start_link(__MODULE__.Machine, :off, [])
      assert {:ok, %{state: {:ok, {:off, :data}}}} = Escope.snapshot(machine)
    end
  end

  defmodule Machine do
    @behaviour :gen_statem
    def callback_mode, do: :handle_event_function
    def init(state), do: {:ok, state, :data}
    def handle_event(_type, _event, _state, _data), do: :keep_state_and_data
  end

  # As LiveView's own channel process looks.
  defmodule FakeView do
    use GenServer

    def start_link(id, parent), do: GenServer.start_link(__MODULE__, {id, parent})

    def init({id, parent}) do
      Process.put(:"$initial_call", {ShopWeb.CartLive, :mount, 3})
      assigns = %{__changed__: %{}, live_action: :index, count: 3, token: "s"}

      component = fn module, id, children ->
        {module, id, %{flash: %{}, myself: 1, label: id}, %{children_cids: children}, nil}
      end

      socket = %{
        __struct__: Phoenix.LiveView.Socket,
        id: id,
        view: ShopWeb.CartLive,
        parent_pid: parent,
        root_pid: parent || self(),
        transport_pid: parent,
        assigns: assigns
      }

      components =
        {%{
           1 => component.(Row, "a", [2]),
           2 => component.(Cell, "b", []),
           3 => component.(Row, "c", [])
         }, %{}, 4}

      {:ok, %{socket: socket, components: components, topic: "lv:" <> id}}
    end
  end

  describe "LiveViews" do
    test "are found, with ids and parents" do
      {:ok, root} = FakeView.start_link("root", nil)
      {:ok, child} = FakeView.start_link("child", root)
      found = for %{pid: pid} = one when pid in [root, child] <- Escope.live_views(), do: one

      assert [
               %{view: ShopWeb.CartLive, id: "child", parent_pid: ^root, topic: "lv:child"},
               %{
                 id: "root",
                 parent_pid: nil,
                 root_pid: ^root,
                 transport_pid: nil,
                 live_action: :index
               }
             ] = Enum.sort_by(found, & &1.id)

      :erlang.suspend_process(child)

      assert [%{id: nil, view: ShopWeb.CartLive}] =
               for(%{pid: ^child} = one <- Escope.live_views(20), do: one)
    end

    test "and their components, each in its place" do
      {:ok, pid} = FakeView.start_link("root", nil)
      assert {:ok, %{live_view: live_view}} = Escope.snapshot(pid)

      assert %{id: "root", assigns: %{count: 3, token: {:"$escope", :redacted}} = assigns} =
               live_view

      refute is_map_key(assigns, :__changed__)

      assert [
               %{
                 cid: 1,
                 module: Row,
                 children: [%{cid: 2, module: Cell, id: "b", assigns: %{label: "b"}}]
               },
               %{cid: 3, module: Row, children: []}
             ] = live_view.components
    end
  end
end
