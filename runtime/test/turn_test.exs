defmodule Escope.TurnTest do
  # What a process does for one message, told by a debug function of `:sys`.
  use ExUnit.Case, async: false

  alias Escope.{Causes, Recorded}
  alias Escope.Turn.Requests

  @source """
  defmodule Desk do
    use GenServer
    require Escope
    Escope.probe 1, def init(other) do
      {:ok, other}
    end
    Escope.probe 2, def handle_call({:ask, server}, _from, other) do
      GenServer.call(server, :answer)
      GenServer.cast(other, :after_answer)
      {:reply, :ok, other}
    end
    def handle_call({:plain, message}, _from, other) do
      send(other, message)
      {:reply, :ok, other}
    end
    Escope.probe 3, def handle_call(:answer, _from, other) do
      {:reply, 42, other}
    end
    Escope.probe 4, def handle_call({:continue, x}, _from, other) do
      {:reply, :ok, other, {:continue, x}}
    end
    Escope.probe 5, def handle_call({:arm, ms}, _from, other) do
      Process.send_after(self(), :tick, ms)
      {:reply, :ok, other}
    end
    Escope.probe 6, def handle_call({:timers, to, ms}, _from, other) do
      Escope.call(20, (Process.send_after(to, :sent_after, ms)))
      Escope.call(21, (:erlang.start_timer(ms, to, :started)))
      Escope.call(22, (:timer.send_after(ms, to, :timer)))
      {:reply, :ok, other}
    end
    Escope.probe 7, def handle_call(:debounce, _from, other) do
      if ref = Process.get(:ref), do: Process.cancel_timer(ref)
      Process.put(:ref, Escope.call(23, (Process.send_after(self(), :debounced, 20))))
      {:reply, :ok, other}
    end
    Escope.probe 8, def handle_cast(_message, other) do
      {:noreply, other}
    end
    def handle_info({:unprobed, _}, other) do
      {:noreply, other}
    end
    Escope.probe 9, def handle_info({:watch, pid}, other) do
      Process.monitor(pid)
      {:noreply, other}
    end
    Escope.probe 11, def handle_info(_message, other) do
      helps()
      {:noreply, other}
    end
    Escope.probe 10, def handle_continue(_x, other) do
      {:noreply, other}
    end
    Escope.probe 12, def helps do
      :ok
    end
  end
  defmodule Door do
    @behaviour :gen_statem
    require Escope
    def callback_mode, do: :handle_event_function
    Escope.probe 30, def init(_) do
      {:ok, :shut, nil}
    end
    Escope.probe 31, def handle_event(:cast, :knock, :shut, _) do
      {:keep_state_and_data, :postpone}
    end
    Escope.probe 32, def handle_event(:cast, :knock, :open, _) do
      :keep_state_and_data
    end
    Escope.probe 33, def handle_event(:cast, :open, :shut, data) do
      {:next_state, :open, data, {:next_event, :internal, :bell}}
    end
    Escope.probe 34, def handle_event(:internal, :bell, _, _) do
      {:keep_state_and_data, {:state_timeout, 5, :late}}
    end
    Escope.probe 35, def handle_event(:state_timeout, :late, _, _) do
      :keep_state_and_data
    end
    Escope.probe 36, def handle_event({:call, from}, :state, state, _) do
      {:keep_state_and_data, {:reply, from, state}}
    end
    Escope.probe 37, def handle_event(:info, _, _, _) do
      :keep_state_and_data
    end
  end
  defmodule Own do
    # Has init/1 and knows no system messages.
    require Escope
    def start do
      :proc_lib.start(__MODULE__, :init, [self()])
    end
    def init(parent) do
      :proc_lib.init_ack(parent, self())
      loop(parent)
    end
    Escope.probe 40, def work(message) do
      message
    end
    defp loop(parent) do
      receive do
        {:work, x} -> work(x)
        other -> send(parent, {:noise, other})
      end
      loop(parent)
    end
  end
  defmodule User do
    require Escope
    Escope.probe 50, def cast(server, message) do
      GenServer.cast(server, message)
    end
    Escope.probe 51, def call(server, message) do
      GenServer.call(server, message)
    end
    Escope.probe 52, def say(server, message) do
      send(server, message)
    end
    Escope.probe 53, def status(server) do
      :sys.get_state(server)
    end
    Escope.probe 54, def statem(server, request) do
      :gen_statem.call(server, request)
    end
    Escope.probe 55, def ends do
      exit(:ended)
    end
  end
  """

  setup_all do
    Code.eval_string(@source)
    :ok
  end

  setup do
    :seq_trace.set_token([])
    :ok
  end

  # Runs in a process of its own: a token goes with every message, those to the test's runner too.
  defp recorded(work) do
    events =
      Recorded.events(fn ->
        Task.await(Task.async(work))
        Process.sleep(30)
      end)

    {for(%{kind: :enter} = e <- events, do: e), Causes.of(events), events}
  end

  defp desk(other \\ nil) do
    {:ok, desk} = GenServer.start(Desk, other)
    told(desk)
  end

  defp told(pid), do: told(pid, 200)

  defp told(pid, 0), do: flunk("turns are not told: #{inspect(:sys.get_status(pid))}")

  defp told(pid, tries) do
    if hook(pid), do: pid, else: told(Process.sleep(5) && pid, tries - 1)
  end

  defp hook(pid) do
    {:status, _, _, [_, _, _, debug, _]} = :sys.get_status(pid)
    Enum.find(debug, &match?({{:escope, _}, _}, &1))
  end

  defp of(events, probe), do: for(%{probe: ^probe} = e <- events, do: e)

  defp one(events, probe) do
    assert [event] = of(events, probe), inspect({probe, events}, limit: :infinity)
    event
  end

  defp caller({_, causes, _}, event), do: causes[event.span]

  test "a sender that was given an answer is still the sender" do
    {enters, _, _} =
      all =
      recorded(fn ->
        last = desk()
        answers = desk()
        apply(User, :call, [desk(last), {:ask, answers}])
      end)

    assert one(enters, 2).cause == one(enters, 51).span
    assert one(enters, 3).cause == one(enters, 2).span
    assert caller(all, one(enters, 8)) == one(enters, 2).span
  end

  test "a timer after a message that nobody recorded is not caused by that one" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        GenServer.call(desk, {:arm, 20})
        apply(User, :say, [desk, {:unprobed, 1}])
        Process.sleep(40)
      end)

    tick = one(enters, 11)
    assert {tick.cause, causes[tick.span]} == {nil, nil}
  end

  test "nor by who has asked the process for its state" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        GenServer.call(desk, {:arm, 20})
        apply(User, :status, [desk])
        Process.sleep(40)
      end)

    assert causes[one(enters, 11).span] == nil
  end

  test "a monitor's message, and a trapped exit" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        gone = spawn(fn -> receive do: (:go -> apply(User, :ends, [])) end)

        :sys.replace_state(desk, fn state ->
          Process.flag(:trap_exit, true)
          Process.link(gone)
          state
        end)

        apply(User, :say, [desk, {:watch, gone}])
        send(gone, :go)
        Process.sleep(20)
      end)

    by =
      for e <- of(enters, 11),
          {_, [m, _]} = e.payload,
          into: %{},
          do: {elem(m, 0), causes[e.span]}

    assert by == %{DOWN: nil, EXIT: one(enters, 55).span}
  end

  test "what follows in the same turn, and a continuation" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        apply(User, :call, [desk, {:continue, 1}])
        Process.sleep(5)
        apply(User, :say, [desk, :hello])
      end)

    assert causes[one(enters, 10).span] == one(enters, 4).span
    assert one(enters, 12).parent == one(enters, 11).span
  end

  test "timers to another process, by every way to arm one" do
    {enters, causes, _} =
      recorded(fn ->
        to = desk()
        apply(User, :call, [desk(), {:timers, to, 10}])
        Process.sleep(40)
      end)

    sites = for p <- 20..22, do: one(enters, p).span
    assert Enum.sort(for e <- of(enters, 11), do: causes[e.span]) == Enum.sort(sites)
  end

  test "a timer that was cancelled and armed anew" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        for _ <- 1..3, do: GenServer.call(desk, :debounce)
        Process.sleep(50)
      end)

    assert causes[one(enters, 11).span] == List.last(of(enters, 23)).span
  end

  test "a state machine: calls, postponed and inserted events, timeouts" do
    {enters, causes, _} =
      recorded(fn ->
        {:ok, door} = :gen_statem.start(Door, nil, [])
        told(door)
        apply(User, :cast, [door, :knock])
        apply(User, :cast, [door, :open])
        apply(User, :statem, [door, :state])
        Process.sleep(20)
      end)

    [knock, open] = for e <- of(enters, 50), do: e.span
    assert causes[one(enters, 31).span] == knock
    assert causes[one(enters, 33).span] == open
    assert causes[one(enters, 34).span] == one(enters, 33).span
    assert causes[one(enters, 32).span] == knock
    assert causes[one(enters, 36).span] == one(enters, 54).span
    assert causes[one(enters, 35).span] == nil
  end

  test "a message of a browser is a root, whatever label its bearer has" do
    {enters, causes, events} =
      recorded(fn ->
        message = %{
          __struct__: Phoenix.Socket.Message,
          topic: "lv:1",
          event: "event",
          payload: %{},
          ref: "7",
          join_ref: "4"
        }

        apply(User, :say, [desk(), message])
      end)

    assert causes[one(enters, 11).span] == nil

    assert [
             {nil, nil, %{kind: :browser, topic: "lv:1", event: "event", join_ref: "4", ref: "7"}}
           ] = for(%{kind: :receive, probe: 11} = e <- events, do: e.payload)
  end

  test "what a request has led to says nothing of the next one in its process" do
    {enters, causes, events} =
      recorded(fn ->
        epoch = elem(Escope.Ring.state(), 0)

        request = fn event ->
          Requests.heard([:phoenix, :endpoint, event], %{}, %{conn: %{method: "GET"}}, epoch)
        end

        me = self()
        spawn(fn -> apply(User, :say, [me, :go]) end)
        receive do: (:go -> :ok)
        request.(:start)
        apply(User, :call, [desk(), :answer])
        request.(:stop)
        assert :seq_trace.get_token() == []
      end)

    assert causes[one(enters, 51).span] == nil

    assert [{nil, nil, %{kind: :http, method: "GET"}}] =
             for(%{kind: :receive, probe: 51} = e <- events, do: e.payload)
  end

  test "the user's own debugging goes on, and ours goes with the recording" do
    me = self()
    {:ok, desk} = GenServer.start(Desk, nil)

    Recorded.events(fn ->
      GenServer.cast(desk, :x)
      told(desk)
      :ok = :sys.statistics(desk, true)
      :ok = :sys.install(desk, {fn n, event, _ -> send(me, {:debug, event}) && n end, 0})
      GenServer.cast(desk, :y)
      GenServer.call(desk, :answer)
      assert {:ok, stats} = :sys.statistics(desk, :get)
      assert stats[:messages_in] == 2
      assert_receive {:debug, {:in, {:"$gen_cast", :y}}}
    end)

    wait(fn -> hook(desk) == nil end)
    GenServer.call(desk, :answer)
    assert {:ok, stats} = :sys.statistics(desk, :get)
    assert stats[:messages_in] == 3
  end

  test "a debug function that was taken away misleads nobody" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        apply(User, :say, [desk, :first])
        GenServer.call(desk, :answer)
        :sys.no_debug(desk)
        apply(User, :say, [desk, :second])
        GenServer.call(desk, {:arm, 5})
        Process.sleep(20)
      end)

    [one, two] = for e <- of(enters, 52), do: e.span
    assert [^one, ^two, nil] = for(e <- of(enters, 11), do: causes[e.span])
  end

  test "a process that knows no system messages is sent none" do
    {enters, _, _} =
      recorded(fn ->
        own = apply(Own, :start, [])
        send(own, {:work, 1})
        Process.sleep(100)
        refute_received {:noise, _}
      end)

    assert one(enters, 40)
  end

  test "nor is one that is suspended or hibernates" do
    Recorded.events(fn ->
      {:ok, desk} = GenServer.start(Desk, nil)
      :sys.suspend(desk)
      {:ok, asleep} = GenServer.start(Desk, nil, hibernate_after: 0)
      Process.sleep(60)
      assert {:message_queue_len, 0} = Process.info(desk, :message_queue_len)
      assert hook(asleep) == nil
      :sys.resume(desk)
      told(desk)
    end)
  end

  test "a token of the application's own stays, in turns too" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        :seq_trace.set_token(:label, :mine)
        apply(User, :call, [desk, :answer])
        assert :seq_trace.get_token(:label) == {:label, :mine}

        assert {:label, :mine} =
                 :sys.replace_state(desk, fn _ -> :seq_trace.get_token(:label) end)

        :seq_trace.set_token([])
      end)

    assert causes[one(enters, 3).span] == nil
  end

  test "the helper may be killed" do
    {enters, causes, _} =
      recorded(fn ->
        desk = desk()
        helper = Process.whereis(Escope.Turns)
        Process.exit(helper, :kill)
        apply(User, :say, [desk, :hello])
        wait(fn -> Process.whereis(Escope.Turns) not in [nil, helper] end)
        apply(User, :say, [desk(), :hello])
      end)

    assert Enum.sort(for e <- of(enters, 11), do: causes[e.span]) ==
             Enum.sort(for e <- of(enters, 52), do: e.span)
  end

  defp wait(done, tries \\ 200)
  defp wait(_done, 0), do: flunk("in vain")
  defp wait(done, tries), do: done.() || wait(Process.sleep(5) && done, tries - 1)
end
