defmodule Escope.CauseTest do
  # Which span caused which: through sends, calls, casts, replies, tasks, spawns and timers.
  use ExUnit.Case, async: false

  alias Escope.Recorded

  @source """
  defmodule Post do
    use GenServer
    require Escope
    Escope.probe 1, def init(other) do
      {:ok, other}
    end
    Escope.probe 2, def handle_call({:sum, list}, _from, other) do
      {:reply, Enum.sum(list), other}
    end
    Escope.probe 3, def handle_call({:later, ms}, _from, other) do
      Escope.call(20, (Process.send_after(self(), {:tick, ms}, ms)))
      {:reply, :ok, other}
    end
    Escope.probe 4, def handle_call(:unknown_timer, _from, other) do
      Process.send_after(self(), :tock, 1)
      {:reply, :ok, other}
    end
    Escope.probe 5, def handle_call(:self, _from, other) do
      send(self(), :from_myself)
      {:reply, :ok, other}
    end
    def handle_call(:task, _from, other) do
      Task.async(&Client.work/0)
      {:reply, :ok, other}
    end
    Escope.probe 6, def handle_cast({:pass, x}, other) do
      Escope.call(21, (GenServer.cast(other, {:passed, x})))
      {:noreply, other}
    end
    Escope.probe 7, def handle_cast({:passed, x}, other) do
      {:noreply, other, {:continue, x}}
    end
    Escope.probe 8, def handle_continue(_x, other) do
      {:noreply, other}
    end
    Escope.probe 9, def handle_info(_message, other) do
      {:noreply, other}
    end
  end
  defmodule Client do
    require Escope
    Escope.probe 10, def sum(server) do
      Escope.call(22, (GenServer.call(server, {:sum, [1, 2]})))
    end
    Escope.probe 11, def pass(server, x) do
      GenServer.cast(server, {:pass, x})
    end
    Escope.probe 12, def task do
      Task.await(Task.async(&work/0))
    end
    Escope.probe 13, def work do
      :worked
    end
    Escope.probe 14, def say(server, message) do
      send(server, message)
    end
    Escope.probe 16, def start do
      GenServer.start(Post, nil)
    end
    def plain(_first), do: GenServer.start(Post, nil)
    Escope.probe 15, def ask(server, request) do
      GenServer.call(server, request)
    end
  end
  """

  setup_all do
    Code.eval_string(@source)
    :ok
  end

  # A token goes with every message, those to the test's runner too.
  setup do
    :seq_trace.set_token([])
    :ok
  end

  # Runs in a process of its own: a test's process has been sent messages before.
  defp recorded(work) do
    Recorded.events(fn ->
      Task.await(Task.async(work))
      Process.sleep(30)
    end)
    |> Enum.filter(&(&1.kind == :enter))
  end

  defp servers do
    {:ok, last} = GenServer.start(Post, nil)
    {:ok, first} = GenServer.start(Post, last)
    {first, last}
  end

  defp one(events, probe) do
    assert [event] = Enum.filter(events, &(&1.probe == probe)), inspect({probe, events})
    event
  end

  test "a call, through its call site; the callback of the answer is no cause of the caller" do
    events =
      recorded(fn ->
        {first, _} = servers()
        apply(Client, :sum, [first])
        apply(Client, :task, [])
      end)

    assert one(events, 2).cause == one(events, 22).span
    assert one(events, 22).parent == one(events, 10).span
    assert one(events, 22).cause == nil
    assert one(events, 12).cause == nil
  end

  test "casts from process to process, and a continuation" do
    events =
      recorded(fn ->
        {first, _} = servers()
        apply(Client, :pass, [first, 1])
      end)

    assert one(events, 6).cause == one(events, 11).span
    assert one(events, 7).cause == one(events, 21).span
    assert one(events, 21).parent == one(events, 6).span
    # A continuation comes without a message: its cause is known where turns are told already.
    assert one(events, 8).cause in [nil, one(events, 7).span]
  end

  test "a supervisor's next child has nothing to do with the one before" do
    events =
      recorded(fn ->
        {:ok, first} = apply(Client, :start, [])
        apply(Client, :plain, [first])
      end)

    starts = for e <- events, e.probe == 1, do: e
    assert [%{cause: cause}, %{cause: nil}] = starts
    assert cause == one(events, 16).span
  end

  test "who has received an answer is not driven by it from then on" do
    events =
      recorded(fn ->
        {first, last} = servers()
        GenServer.call(first, {:sum, [1]})
        GenServer.call(last, {:sum, [2]})
        GenServer.cast(last, {:passed, 1})
      end)

    assert [nil, nil] = for(e <- events, e.probe == 2, do: e.cause)
    assert one(events, 7).cause == nil
  end

  test "a label that a process without probes hands on is no cause of its calls" do
    events =
      recorded(fn ->
        {first, _} = servers()
        me = self()
        spawn(fn -> apply(Client, :say, [me, :news]) end)
        receive do: (:news -> GenServer.call(first, {:sum, [1]}))
      end)

    assert one(events, 14).cause == nil
    assert one(events, 2).cause == nil
  end

  test "the result of a task reaches a callback" do
    events =
      recorded(fn ->
        {first, _} = servers()
        apply(Client, :ask, [first, :task])
      end)

    assert [result | _] = Enum.filter(events, &(&1.probe == 9))
    assert result.cause == one(events, 13).span
  end

  test "tasks and plain sends" do
    events =
      recorded(fn ->
        {first, _} = servers()
        apply(Client, :task, [])
        apply(Client, :say, [first, :hello])
      end)

    assert one(events, 13).cause == one(events, 12).span
    assert one(events, 9).cause == one(events, 14).span
  end

  test "a message to oneself; timers that were armed at a probed call site, and others" do
    for {request, cause} <- [{:self, 5}, {{:later, 1}, 20}, {:unknown_timer, nil}] do
      events =
        recorded(fn ->
          {first, _} = servers()
          apply(Client, :ask, [first, request])
          Process.sleep(20)
        end)

      assert one(events, 9).cause == (cause && one(events, cause).span), inspect(request)
    end
  end

  test "what nobody probed sends clears the cause" do
    events =
      recorded(fn ->
        {first, _} = servers()
        apply(Client, :say, [first, :probed])
        Process.sleep(10)
        {plain, ref} = spawn_monitor(fn -> receive do: (:go -> send(first, :plain)) end)
        :seq_trace.set_token([])
        send(plain, :go)
        receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
      end)

    assert [first, second] = Enum.filter(events, &(&1.probe == 9))
    assert {first.cause, second.cause} == {one(events, 14).span, nil}
  end

  test "a token of the application's own stays, and no cause is guessed" do
    events =
      recorded(fn ->
        {first, _} = servers()
        :seq_trace.set_token(:label, :mine)
        apply(Client, :say, [first, :hello])
        assert :seq_trace.get_token(:label) == {:label, :mine}
        :seq_trace.set_token([])
      end)

    assert one(events, 9).cause == nil
  end

  test "what a call site sends: how, to whom, and which argument the message is" do
    events =
      Recorded.events(fn ->
        Task.await(
          Task.async(fn ->
            {first, second} = servers()
            Process.register(first, :first_post)
            apply(Client, :sum, [:first_post])
            GenServer.cast(first, {:pass, 1})
            GenServer.call(first, {:later, 1})
            :sys.get_state(second)
          end)
        )
      end)

    sent = for %{kind: :send} = e <- events, do: e
    call = Enum.find(events, &(&1.kind == :enter and &1.probe == 22))
    cast = Enum.find(events, &(&1.kind == :enter and &1.probe == 21))
    handled = Enum.find(events, &(&1.kind == :enter and &1.probe == 2))
    passed = Enum.find(events, &(&1.kind == :enter and &1.probe == 7))
    assert [%{payload: {:call, :first_post, first, 1}} = asked, told] = sent
    assert {asked.span, asked.probe, asked.seq} == {call.span, 22, call.seq + 1}
    assert {first, handled.cause} == {handled.pid, call.span}
    assert call.time <= asked.time and asked.time <= handled.time
    assert {told.span, told.payload} == {cast.span, {:cast, passed.pid, passed.pid, 1}}
    assert passed.cause == cast.span
  end

  test "no argument makes a call site fail that sends nothing" do
    alias Escope.Sent

    assert Sent.of({GenServer, {:cast, 2}}, [{:via, Registry, {R, 1}}, :m]) ==
             {:cast, {:via, Registry}, nil, 1}

    assert Sent.of({GenServer, {:call, 3}}, [{:global, :x}, :m, 5]) == {:call, :global, nil, 1}
    assert Sent.of({GenServer, {:cast, 2}}, [{Name, :a@b}, :m]) == {:cast, {Name, :a@b}, nil, 1}

    assert Sent.of({GenServer, {:reply, 2}}, [{self(), [:alias | make_ref()]}, :m]) ==
             {:reply, self(), self(), 1}

    assert Sent.of({Phoenix.PubSub, {:broadcast_from, 4}}, [P, self(), "t", :m]) ==
             {:broadcast, "t", nil, 3}

    for args <- [[1, 2], ["x", :m], [[], :m], [{1, 2, 3}, :m]],
        do: refute(Sent.of({Kernel, {:send, 2}}, args))

    refute Sent.of({Process, {:send_after, 3}}, [self(), :m, 1])
  end

  test "with probes off there is no token" do
    Task.await(
      Task.async(fn ->
        apply(Client, :work, [])
        assert :seq_trace.get_token() == []
      end)
    )
  end
end
