defmodule Escope.TraceTest do
  # Calls of functions that were not rewritten. The modules stand for a dependency's.
  use ExUnit.Case, async: false

  import ExUnit.CaptureLog

  alias Escope.{Probe, Recorded}

  @path Path.join(System.tmp_dir!(), "escope-traced-#{System.pid()}.terms")
  @sessions Escope.Trace.Sessions.available?()

  setup do
    on_exit(fn ->
      Escope.stop()
      File.rm(@path)
    end)
  end

  defmodule Elixir.TracedShop.Till do
    use GenServer
    def start(sum), do: GenServer.start(__MODULE__, sum)

    @impl true
    def init(sum), do: {:ok, sum}
    @impl true
    def handle_call({:add, n}, _from, sum), do: {:reply, rounded(sum + n), sum + n}
    def handle_call(:boom, _from, _sum), do: raise(ArgumentError, "no")

    def rounded(n), do: n |> half() |> Kernel.*(2)
    def half(n), do: div(n, 2)
    def secret(_pin, of), do: {:of, of}
    def forever(0), do: :done
    def forever(n), do: forever(n - 1)
    def fail(reason), do: throw(reason)
  end

  alias TracedShop.Till

  defp begin(targets, policies \\ "") do
    lines =
      for {id, module, name, arity, behaviour} <- targets,
          do: "{trace, #{id}, #{module}, #{name}, #{arity}, #{behaviour}}."

    File.write!(@path, Enum.map_join(lines, &(&1 <> "\n")) <> policies)
    folder = Recorded.folder()
    :ok = Escope.start(record: folder, policies: @path)
    await(fn -> Escope.Trace.status() end, &(&1.functions > 0 or &1.left > 0 or &1.ended != nil))
    folder
  end

  defp till(name, arity \\ :any), do: [{7, "'Elixir.TracedShop.Till'", name, arity, :any}]

  defp ended(folder) do
    # What the VM says of calls comes a little later.
    Process.sleep(60)
    Escope.stop()
    events(folder)
  end

  defp events(folder), do: for(e <- Recorded.read(folder), e.probe != nil, do: e)

  defp await(ask, fits, tries \\ 200) do
    answer = ask.()

    cond do
      fits.(answer) -> answer
      tries == 0 -> flunk("still #{inspect(answer)}")
      true -> Process.sleep(10) && await(ask, fits, tries - 1)
    end
  end

  defp clean do
    await(fn -> traces() end, &(&1 == []))
  end

  # What tracing has left behind in the VM as everybody sees it.
  defp traces do
    processes =
      for pid <- [:new_processes | Process.list()],
          :erlang.trace_info(pid, :tracer) not in [{:tracer, []}, :undefined],
          do: pid

    patterns =
      for {name, arity} <- Till.module_info(:functions),
          :erlang.trace_info({Till, name, arity}, :traced) == {:traced, :local},
          do: name

    sessions = if @sessions, do: sessions(), else: []
    processes ++ patterns ++ sessions
  end

  defp sessions do
    for {:session, [_ | _] = sessions} <- [apply(:trace, :session_info, [{Till, :half, 1}])],
        one <- sessions,
        do: one
  end

  test "callbacks of a server that was not rewritten: spans with times, in one another, and an end that raised" do
    folder =
      begin([
        {7, "<<\"^TracedShop\\\\.\">>", "<<\"^handle_\">>", :any, "'Elixir.GenServer'"},
        {8, "'Elixir.TracedShop.Till'", "half", 1, :any}
      ])

    {:ok, till} = Till.start(1)
    assert GenServer.call(till, {:add, 4}) == 4
    capture_log(fn -> catch_exit(GenServer.call(till, :boom)) end)
    assert [call, inner, left, over, boom, raised] = ended(folder)
    assert {{Till, :handle_call, 3}, [{:add, 4}, _from, 1]} = call.payload
    assert {call.kind, call.probe, call.pid, call.parent} == {:enter, 7, till, nil}

    assert {inner.kind, inner.parent, inner.payload} ==
             {:enter, call.span, {{Till, :half, 1}, [5]}}

    assert {left.kind, left.span, left.payload} == {:leave, inner.span, 2}
    assert {over.kind, over.span, over.payload} == {:leave, call.span, {:reply, 4, 5}}
    assert call.time <= inner.time and inner.time <= left.time and left.time <= over.time
    assert {boom.kind, raised.kind, raised.span} == {:enter, :raise, boom.span}
    assert {:error, %ArgumentError{message: "no"}, []} = raised.payload
    clean()
  end

  test "what a probed function calls lies within its span, and what it sends is its doing" do
    folder = begin(till("handle_call") ++ till("half"))
    {:ok, till} = Till.start(1)

    Probe.run(1, {M, {:f, 0}}, [], fn ->
      Till.half(8)
      GenServer.call(till, {:add, 1})
    end)

    found = ended(folder)
    [span] = for %{kind: :enter, probe: 1} = e <- found, do: e.span

    assert [%{parent: ^span}] =
             for(%{kind: :enter, pid: pid, probe: 7} = e when pid == self() <- found, do: e)

    assert [%{cause: ^span, parent: nil}, %{cause: nil}] =
             for(%{kind: :enter, pid: ^till} = e <- found, do: e)
  end

  test "arguments that were not asked for are never copied, secrets are hidden, entries alone" do
    folder = begin(till("secret"), "{[7], \#{args => [1], leave => false, raise => false}}.\n")
    Till.secret("hunter2", %{password: "x", at: 1})

    assert [
             %{
               kind: :enter,
               payload:
                 {_, [{:"$escope", :left_out}, %{password: {:"$escope", :redacted}, at: 1}]}
             }
           ] = ended(folder)
  end

  # The VM may have to end the tracing, and says so.
  @tag :capture_log
  test "a flood is limited, counted, and harms neither memory nor answers" do
    folder = begin(till("half"), "{[7], \#{per_second => 20}}.\n")

    flooding =
      for _ <- 1..3,
          do: Task.async(fn -> for(n <- 1..200_000, do: Till.half(n)) |> Enum.sum() end)

    assert flooding |> Task.await_many(60_000) |> Enum.uniq() == [
             Enum.sum(for n <- 1..200_000, do: div(n, 2))
           ]

    # Where other work held the listener back for long, the VM has ended it.
    status = Escope.status()
    assert status.drops[:limited] > 0 or status.traced.ended == :killed
    found = ended(folder)
    assert length(for %{kind: :enter} = e <- found, do: e) <= 200
    clean()
  end

  @tag :capture_log
  test "a function that calls itself without an end loses its return, and keeps its stack" do
    folder = begin(till("forever"), "{[7], \#{per_second => 100000}}.\n")
    Till.forever(200)
    await(fn -> :sys.get_state(Escope.Trace).loops end, &(MapSet.size(&1) == 1))
    Process.sleep(60)
    {:ok, me} = Task.start(fn -> Till.forever(1_000_000) && Process.sleep(:infinity) end)
    await(fn -> Process.info(me, :status) end, &(&1 == {:status, :waiting}))
    # What waits for a million returns takes millions of words.
    assert {_, words} = Process.info(me, :total_heap_size)
    assert words < 1_000_000
    Process.exit(me, :kill)
    assert [%{kind: :enter, payload: {_, [200]}} | _] = ended(folder)
  end

  test "a listener that is killed ends the tracing, not the recording" do
    folder = begin(till("half"))
    %{listener: listener} = :sys.get_state(Escope.Trace)

    log =
      capture_log(fn ->
        Process.exit(listener, :kill)
        await(fn -> Escope.status().traced end, &(&1.ended == :killed))
      end)

    assert log =~ "trace: ended (killed)"
    clean()
    assert Till.half(4) == 2
    Probe.run(1, {M, {:f, 0}}, [], fn -> :on end)
    assert [%{probe: 1}, %{probe: 1}] = ended(folder)
  end

  test "an owner that is killed leaves nothing, and goes on" do
    folder = begin(till("half"))
    owner = Process.whereis(Escope.Trace)
    Process.exit(owner, :kill)
    await(fn -> Process.whereis(Escope.Trace) end, &(&1 not in [nil, owner]))
    await(fn -> Escope.Trace.status() end, &(&1.functions == 1))
    Till.half(6)
    assert [%{kind: :enter, payload: {_, [6]}}, %{kind: :leave, payload: 3}] = ended(folder)
    clean()
  end

  if @sessions do
    test "another tracer and ours do not see each other" do
      me = self()
      theirs = spawn_link(fn -> forward(me) end)
      :erlang.trace(me, true, [:call, {:tracer, theirs}])
      :erlang.trace_pattern({Till, :half, 1}, true, [:local])
      folder = begin(till("half"))
      Till.half(2)
      assert_receive {:theirs, {:trace, ^me, :call, {Till, :half, [2]}}}
      assert [%{kind: :enter}, %{kind: :leave}] = ended(folder)
      Till.half(4)
      assert_receive {:theirs, {:trace, ^me, :call, {Till, :half, [4]}}}
      :erlang.trace_pattern({Till, :half, 1}, false, [:local])
      :erlang.trace(me, false, [:call, {:tracer, theirs}])
    end

    defp forward(to) do
      receive do
        message -> send(to, {:theirs, message})
      end

      forward(to)
    end
  else
    test "what another tracer has is left to it" do
      me = self()
      theirs = spawn_link(fn -> Process.sleep(:infinity) end)

      taken =
        spawn_link(fn ->
          receive(do: (:go -> send(me, {:half, Till.half(2)})))
          Process.sleep(:infinity)
        end)

      :erlang.trace(taken, true, [:call, {:tracer, theirs}])
      :erlang.trace_pattern({Till, :rounded, 1}, [], [:local])

      log = capture_log(fn -> send(me, {:folder, begin(till("half") ++ till("rounded"))}) end)
      assert log =~ "1 processes are left to another tracer"
      assert_receive {:folder, folder}
      assert %{functions: 1, left: 2, ended: nil} = Escope.status().traced
      send(taken, :go)
      assert_receive {:half, 1}
      Till.rounded(9)
      assert [%{pid: ^me, payload: {{Till, :half, 1}, [9]}}, %{pid: ^me}] = ended(folder)
      Process.sleep(50)
      assert :erlang.trace_info(taken, :tracer) == {:tracer, theirs}
      assert :erlang.trace_info({Till, :rounded, 1}, :match_spec) == {:match_spec, []}
      :erlang.trace_pattern({Till, :rounded, 1}, false, [:local])
      Process.unlink(theirs)
      Process.exit(theirs, :kill)
      clean()
    end

    test "where another tracer comes, all is given back to it" do
      folder = begin(till("half"))
      # As OTP's tracer is called.
      theirs = spawn_link(fn -> Process.sleep(:infinity) end)
      Process.register(theirs, :dbg)

      log =
        capture_log(fn ->
          await(fn -> Escope.status().traced end, &(&1.ended == :another_tracer))
        end)

      assert log =~ "another_tracer"
      assert :erlang.trace(self(), true, [:call, {:tracer, theirs}]) == 1
      :erlang.trace(self(), false, [:call, {:tracer, theirs}])
      Till.half(2)
      assert ended(folder) == []
      log = capture_log(fn -> begin(till("half")) end)
      assert log =~ "another_tracer"
      assert Escope.status().traced == %{functions: 0, left: 0, ended: :another_tracer}
      Process.unregister(:dbg)
      Process.unlink(theirs)
      Process.exit(theirs, :kill)
      clean()
    end
  end
end
