defmodule Escope.StateTest do
  # States as a history. That it rebuilds every state exactly is test/collector/states.test.ts' part.
  use ExUnit.Case, async: false

  alias Escope.{Probe, Recorded}

  @cast {Shop.Cart, {:handle_cast, 2}}
  @event {ShopWeb.CartLive, {:handle_event, 3}}
  @left_out {:"$escope", :left_out}
  @redacted {:"$escope", :redacted}
  @server "{state, 1, server, [1]}."

  defp policies(text \\ @server) do
    path = Path.join(System.tmp_dir!(), "escope-states-#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm(path) end)
    File.write!(path, text)
    path
  end

  defp events(policies \\ @server, options \\ [], work) do
    [policies: policies(policies)]
    |> Keyword.merge(options)
    |> Recorded.events(fn -> work |> Task.async() |> Task.await(:infinity) end)
    |> Enum.filter(&(&1.kind not in [:spawn, :exit]))
  end

  defp cast(message, state, result, id \\ 1),
    do: Probe.run(id, @cast, [message, state], fn -> result end)

  defp event(socket, result), do: Probe.run(2, @event, ["inc", %{}, socket], fn -> result end)

  defp states(events), do: for(%{kind: :state, payload: payload} <- events, do: payload)

  defp socket(assigns, options \\ []) do
    Map.merge(
      %{
        __struct__: Phoenix.LiveView.Socket,
        id: "phx-1",
        view: ShopWeb.CartLive,
        assigns: Map.put(assigns, :__changed__, %{}),
        private: %{live_temp: %{}, lifecycle: %{}},
        parent_pid: nil,
        root_pid: self(),
        transport_pid: nil,
        router: ShopWeb.Router,
        redirected: nil
      },
      Map.new(options)
    )
  end

  defp state(version), do: {:"$escope", :state, version}

  test "what has changed is recorded once, and events name it" do
    state = %{count: 1, name: "till", items: [1, 2]}

    found =
      events(fn ->
        cast(:a, state, {:noreply, %{state | count: 2}})
        cast(:b, %{state | count: 2}, {:noreply, %{state | count: 2}})
      end)

    assert [
             %{kind: :state, seq: 2, payload: {nil, 1, nil, ^state}} = first,
             %{kind: :enter, seq: 3, payload: {_, [:a, ref]}} = enter,
             %{kind: :state, seq: 4, payload: {nil, 2, 1, patch}},
             %{kind: :leave, seq: 5, payload: {:noreply, after_ref}},
             %{kind: :enter, seq: 6, payload: {_, [:b, after_ref]}},
             %{kind: :leave, seq: 7, payload: {:noreply, after_ref}}
           ] = found

    assert {first.span, first.probe, first.time} == {enter.span, 1, enter.time}
    assert {ref, after_ref} == {state(1), state(2)}
    assert patch == {:"$escope", :patch, %{count: 2}, [], []}
  end

  test "keys that come and go, maps in maps, other terms" do
    old = %{1 => 1, 5 => %{c: 1, d: %{e: 1}}, 9 => 1}
    new = %{1 => 1, 5 => %{c: 1, d: %{e: 2}}, 3 => [1]}

    assert [_, {nil, 2, 1, patch}, {nil, 3, nil, [:now, :a, :list]}] =
             states(
               events(fn ->
                 cast(:x, old, {:noreply, new})
                 cast(:x, new, {:noreply, [:now, :a, :list]})
               end)
             )

    inner = {:"$escope", :patch, %{d: {:"$escope", :patch, %{e: 2}, [], []}}, [], []}

    assert patch ==
             {:"$escope", :patch, %{3 => [1], 5 => inner}, [{9}], [{:after, {1}, 3}]}
  end

  test "what capture.state asks" do
    work = fn ->
      cast(:a, %{n: 1, m: 1}, {:noreply, %{n: 2, m: 1}})
      cast(:b, %{n: 2, m: 1}, {:noreply, %{n: 2, m: 1}, 5})
    end

    assert [{nil, 1, nil, %{n: 1, m: 1}}, {nil, 2, nil, %{n: 2, m: 1}}] =
             states(events(@server <> " {[1], \#{state => full}}.", work))

    assert [%{payload: {_, [:a, @left_out]}}, %{payload: {:noreply, @left_out}}, enter, leave] =
             events(@server <> " {[1], \#{state => false}}.", work)

    assert {enter.payload, leave.payload} ==
             {{{Shop.Cart, :handle_cast, 2}, [:b, @left_out]}, {:noreply, @left_out, 5}}

    found = events(@server <> " {[1], \#{args => [0], result => false}}.", work)
    assert length(states(found)) == 2
    assert %{payload: {_, [:a, {:"$escope", :state, 1}]}} = Enum.find(found, &(&1.kind == :enter))

    # Which states there were is known all the same.
    assert for(%{kind: :leave, payload: payload} <- found, do: payload) == [
             {@left_out, {:"$escope", :state, 2}},
             {@left_out, {:"$escope", :state, 2}, @left_out}
           ]

    # Written late, when other states have been: copied.
    assert [%{payload: {_, [:a, %{n: 1, m: 1}]}} | _] =
             events(@server <> " {[1], \#{enter => false, leave => false}}.", fn ->
               catch_error(
                 Probe.run(1, @cast, [:a, %{n: 1, m: 1}], fn -> raise ArgumentError, "no" end)
               )
             end)
  end

  test "where the state is in results of other behaviours" do
    shapes = "{state, 1, stage, [1]}. {state, 2, statem, [2]}."
    calls = [{1, [5, %{s: 1}]}, {2, [:cast, :m, %{s: 1}]}]

    results = [
      [{:noreply, [:event], %{s: 2}}, {:producer, %{s: 2}}, {:reply, 1, [], %{s: 2}}],
      [{:next_state, :on, %{s: 2}}, {:keep_state, %{s: 2}, []}, {:ok, :on, %{s: 2}, []}]
    ]

    for {{id, args}, results} <- Enum.zip(calls, results), result <- results do
      found = events(shapes, fn -> Probe.run(id, @cast, args, fn -> result end) end)
      assert [{nil, 1, nil, %{s: 1}}, {nil, 2, 1, _}] = states(found), inspect(result)
    end

    assert [_] =
             states(
               events(shapes, fn ->
                 Probe.run(2, @cast, [1, 2, %{}], fn -> :keep_state_and_data end)
               end)
             )
  end

  test "limits hold for each key, and what is cut is told whole until it fits" do
    big = Enum.to_list(1..80)

    assert [{nil, 1, nil, whole}, {nil, 2, 1, changed}] =
             states(events(fn -> cast(:x, %{big: big, n: 1}, {:noreply, %{big: big, n: 2}}) end))

    assert List.last(whole.big) == {:"$escope", :more, 30}
    assert {:"$escope", :patch, %{n: 2} = only, [], []} = changed
    assert map_size(only) == 1

    # A map that was cut cannot be built upon.
    wide = Map.new(1..40, &{&1, Enum.to_list(1..40)})
    wider = put_in(wide[40], [])

    assert [{nil, 1, nil, _}, {nil, 2, 1, {:"$escope", :patch, %{wide: %{}}, [], []}}] =
             states(events(fn -> cast(:x, %{wide: wide}, {:noreply, %{wide: wider}}) end))
  end

  test "secrets are hidden in states and in what changes" do
    old = %{user: %{password: "hidden1", name: "ann"}, token: "hidden2"}
    new = put_in(old.user.password, "hidden3")

    found = events(fn -> cast(:x, old, {:noreply, %{new | token: "hidden4"}}) end)
    assert [{nil, 1, nil, whole}, {nil, 2, 1, {_, :patch, changed, [], []}}] = states(found)
    assert whole == %{user: %{password: @redacted, name: "ann"}, token: @redacted}
    assert %{token: @redacted, user: {_, :patch, %{password: @redacted}, [], []}} = changed
    refute inspect(found, limit: :infinity) =~ "hidden"

    asked = @server <> " {[1], \#{paths => [<<\"user.name\">>]}}."
    named = put_in(new.user.name, "bob")
    found = events(asked, fn -> cast(:x, new, {:noreply, named}) end)
    refute inspect(found, limit: :infinity) =~ ~r/ann|bob/

    # A key that is hidden is hidden wherever the history names it.
    asked = @server <> " {[1], \#{patterns => [<<\"x\\\\d\">>]}}."
    found = events(asked, fn -> cast(:x, %{"x1" => 1, :k => "x2"}, {:noreply, %{k: "x3"}}) end)
    hidden = "[REDACTED]"
    assert [{nil, 1, nil, %{^hidden => 1, :k => ^hidden}}, {nil, 2, 1, patch}] = states(found)
    assert patch == {:"$escope", :patch, %{k: hidden}, [{hidden}], []}
  end

  test "sockets are known by themselves, each with its own history" do
    live = socket(%{count: 1, live_action: :show})
    line = %{__struct__: Phoenix.LiveComponent.CID, cid: 3}

    found =
      events("", fn ->
        event(live, {:noreply, put_in(live.assigns.count, 2)})
        component = socket(%{myself: line, open: false})
        event(component, {:noreply, put_in(component.assigns.open, true)})
        # LiveView has rendered: other maps, nothing changed.
        event(
          put_in(live.assigns, %{live.assigns | count: 2, __changed__: %{}}),
          {:noreply, live}
        )
      end)

    assert [
             {{:live_view, "phx-1"}, 1, nil, whole},
             {{:live_view, "phx-1"}, 2, 1, changed},
             {{:component, "phx-1", 3}, 3, nil, _},
             {{:component, "phx-1", 3}, 4, 3, _},
             {{:live_view, "phx-1"}, 5, 2, _}
           ] = states(found)

    assert whole.assigns == %{count: 1, live_action: :show}

    assert Enum.sort(Map.keys(whole)) ==
             [:__struct__, :assigns, :id, :parent_pid, :root_pid, :transport_pid, :view]

    assert changed ==
             {:"$escope", :patch, %{assigns: {:"$escope", :patch, %{count: 2}, [], []}}, [], []}
  end

  test "LiveView's note of what has changed is no more than a hint" do
    assigns = %{a: 1, b: %{x: 1}, c: [1], d: "text"}
    noted = fn changes, noted -> socket(assigns) |> put(changes) |> put(%{__changed__: noted}) end

    for {changes, note, expected} <- [
          {%{a: 2}, %{a: true}, %{a: 2}},
          {%{}, %{a: true, c: true}, %{}},
          {%{a: 2, c: [1, 2]}, %{a: true}, %{a: 2, c: [1, 2]}},
          {%{b: %{x: 2}, c: []}, %{b: %{x: 1}, c: true, gone: true}, %{b: {[:x], 2}, c: []}},
          {%{e: 1}, %{e: true}, %{e: 1}},
          {%{d: "other"}, nil, %{d: "other"}}
        ] do
      found = events(fn -> event(socket(assigns), {:noreply, noted.(changes, note)}) end)
      assert [{_, 1, nil, _} | changed] = states(found)
      assert {note, changed_keys(changed)} == {note, expected}
    end
  end

  defp put(socket, changes), do: %{socket | assigns: Map.merge(socket.assigns, changes)}

  defp changed_keys([]), do: %{}

  defp changed_keys([{_, 2, 1, {:"$escope", :patch, %{assigns: patch}, [], []}}]) do
    {:"$escope", :patch, changed, [], _added} = patch

    Map.new(changed, fn
      {key, {:"$escope", :patch, within, [], []}} ->
        {key, {Map.keys(within), hd(Map.values(within))}}

      entry ->
        entry
    end)
  end

  test "render's assigns are those of its socket" do
    live = socket(%{count: 1})
    inner = %{live | assigns: %{__struct__: Phoenix.LiveView.Socket.AssignsNotInSocket}}

    found =
      events("", fn ->
        event(live, {:noreply, live})
        assigns = Map.put(live.assigns, :socket, inner)
        Probe.run(3, {L, {:render, 1}}, [assigns], fn -> :rendered end)
        Probe.run(3, {L, {:app, 1}}, [Map.put(assigns, :inner_content, "x")], fn -> :rendered end)
      end)

    assert [_] = states(found)
    args = for %{kind: :enter, probe: 3, payload: {_, [arg]}} <- found, do: arg
    assert [{:"$escope", :state, 1, :assigns}, %{inner_content: "x"}] = args
  end

  test "the process holds nothing that LiveView lets go of, nor without bound" do
    items = Enum.to_list(1..10_000)
    private = %{live_temp: %{}, temporary_assigns: %{messages: []}}
    old = socket(%{messages: [], streams: %{}, n: 1}, private: private)
    stream = %{name: :s, inserts: items}
    new = put_in(old.assigns, %{old.assigns | messages: items, streams: %{s: stream}})

    events("", fn ->
      event(old, {:noreply, new})
      assert :erts_debug.flat_size(Process.get(:"$escope_state")) < 500
      rendered = put_in(old.assigns, %{old.assigns | streams: %{s: %{stream | inserts: []}}})
      event(rendered, {:noreply, rendered})

      for n <- 1..2_000, do: event(socket(%{n: n}, id: "phx-#{n}"), :ok)
      %{recent: recent, older: older} = Process.get(:"$escope_state")
      assert map_size(recent) + map_size(older) <= 512
    end)

    # What was recorded of it is there.
    assert [_, {_, 2, 1, _} = full, {_, 3, 2, _} = emptied | _] =
             states(
               events("", fn ->
                 event(old, {:noreply, new})
                 event(old, {:noreply, old})
               end)
             )

    assert inspect(full) =~ "messages: [1, 2, 3"
    assert {_, _, _, {_, :patch, %{assigns: {_, :patch, %{messages: []}, _, _}}, _, _}} = emptied
  end

  test "after the recording the first probe lets go" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder)
    live = socket(%{n: Enum.to_list(1..1000)})
    event(live, :ok)
    assert :erts_debug.flat_size(Process.get(:"$escope_state")) > 1000
    refute inspect(Process.get(:"$escope_state")) =~ "998"
    Escope.stop()
    event(live, :ok)
    assert :erts_debug.flat_size(Process.get(:"$escope_state")) < 100

    # Numbers go on, and the next recording begins with a whole state.
    assert [{_, 2, nil, _}] =
             (fn ->
                again = Recorded.folder()
                :ok = Escope.start(record: again)
                event(live, :ok)
                Escope.stop()
                states(Recorded.read(again))
              end).()
  end

  test "whole states come again when the changes have cost as much" do
    state = %{a: Enum.to_list(1..40), n: 0}

    versions = states(events(fn -> for n <- 1..400, do: cast(:x, %{state | n: n}, :ok) end))

    wholes = Enum.count(versions, &match?({nil, _, nil, _}, &1))
    assert length(versions) == 400
    assert wholes in 5..25
  end

  test "after the rings' owner was killed nothing is built upon" do
    found =
      events(fn ->
        cast(:x, %{n: 1, m: 1}, {:noreply, %{n: 2, m: 1}})
        owner = Process.whereis(Escope.Rings)
        Process.exit(owner, :kill)
        wait(fn -> Process.whereis(Escope.Rings) not in [nil, owner] end)
        Process.sleep(20)
        cast(:y, %{n: 2, m: 1}, {:noreply, %{n: 3, m: 1}})
      end)

    assert {nil, 3, nil, %{n: 2, m: 1}} in states(found)
  end

  test "where the oldest segments go, what is left is known by itself" do
    folder = Recorded.folder()
    # One whole state, of which hundreds of changes cost less.
    state = Map.new(1..30, &{&1, String.duplicate("x", 1_000)})
    text = String.duplicate("y", 2_000)

    :ok =
      Escope.start(
        record: [folder, max_bytes: 400_000, segment_bytes: 50_000],
        policies: policies()
      )

    calls = fn n ->
      cast(text, Map.put(state, 1, n), :ok)
      if rem(n, 25) == 0, do: Escope.flush()
    end

    fn -> Enum.each(1..600, calls) end |> Task.async() |> Task.await(:infinity)
    :ok = Escope.stop()
    left = states(Recorded.read(folder))

    {known, unknown} =
      Enum.reduce(left, {MapSet.new(), []}, fn {nil, version, base, _}, {known, unknown} ->
        if base == nil or base in known,
          do: {MapSet.put(known, version), unknown},
          else: {known, [version | unknown]}
      end)

    # At most a quarter of what there is room for, and one part of a drain, goes before the next whole state.
    assert length(left) in 50..150
    assert MapSet.size(known) > length(unknown)
    assert 600 in known
  end

  defp wait(done) do
    unless done.() do
      Process.sleep(5)
      wait(done)
    end
  end

  test "states that nobody takes out of the rings do not fill the memory" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder)
    :sys.suspend(Escope.Recorder)

    assigns =
      Map.new(1..40, &{&1, List.duplicate("forty letters or more in each of the texts", 20)})

    try do
      for n <- 1..4_000, do: event(socket(assigns, id: "phx-#{n}"), :ok)
      {_, rings, _, _, _, _} = Escope.Ring.state()
      words = for {table, _} <- Tuple.to_list(rings), do: :ets.info(table, :memory)
      assert Enum.sum(words) * :erlang.system_info(:wordsize) < 64 * 1024 * 1024
    after
      :sys.resume(Escope.Recorder)
    end

    :ok = Escope.flush()
    assert %{drops: %{refused: refused}} = Escope.status()
    assert refused > 0
    # There is room again.
    event(socket(%{n: 1}, id: "last"), :ok)
    Escope.stop()

    assert [{{:live_view, "last"}, _, nil, _}] =
             Recorded.read(folder) |> states() |> Enum.take(-1)
  end

  test "a process that hibernates goes on with its history" do
    defmodule Sleeper do
      use GenServer
      def init(state), do: {:ok, state}

      def handle_call(n, from, state) do
        Escope.Probe.run(1, {__MODULE__, {:handle_call, 3}}, [n, from, state], fn ->
          {:reply, n, %{state | n: n}, :hibernate}
        end)
      end
    end

    found =
      events("{state, 2, server, [1]}.", fn ->
        {:ok, pid} = GenServer.start(Sleeper, %{n: 0, rest: Enum.to_list(1..40)})
        for n <- 1..5, do: GenServer.call(pid, n)
        GenServer.stop(pid)
      end)

    assert [{nil, 1, nil, _} | changes] = states(found)
    assert Enum.map(changes, &elem(&1, 2)) == [1, 2, 3, 4, 5]
  end

  test "cost follows the change" do
    large = %{items: for(i <- 1..5_000, do: %{id: i, name: "item #{i}"}), n: 0, other: {:a, 1}}

    events(fn ->
      cast(:x, large, :ok)
      changed = %{large | n: 1}
      {_, before} = Process.info(self(), :reductions)
      for _ <- 1..10, do: cast(:x, changed, {:noreply, large})
      {_, later} = Process.info(self(), :reductions)
      assert later - before < 10_000
    end)
  end

  test "where an outermost event is, when it changes" do
    connected = socket(%{live_action: :show}, transport_pid: self(), host_uri: %{host: "x"})
    nested = socket(%{}, id: "child", parent_pid: self(), transport_pid: self())
    embedded = socket(%{}, id: "small", host_uri: :not_mounted_at_router)
    sticky = socket(%{}, id: "sticky", sticky?: true, host_uri: :not_mounted_at_router)

    channel = %{
      __struct__: Phoenix.Socket,
      topic: "room:1",
      assigns: %{},
      join_ref: "1",
      ref: "2",
      channel: RoomChannel,
      handler: UserSocket,
      transport_pid: self()
    }

    found =
      events("", fn ->
        for socket <- [
              connected,
              connected,
              nested,
              embedded,
              sticky,
              channel,
              %{channel | ref: "3"}
            ],
            do: event(socket, :ok)
      end)

    notes = for %{kind: :context, payload: note} <- found, do: note
    assert [main, child, small, kept, first, second] = notes

    assert %{kind: :live_view, mount: :connected, place: :root, live_action: :show} = main
    assert %{id: "phx-1", view: ShopWeb.CartLive, router: ShopWeb.Router, parent_pid: nil} = main
    assert %{place: :nested, id: "child"} = child
    assert %{place: :embedded, mount: :static, router: nil} = small
    assert %{place: :sticky} = kept

    assert %{kind: :channel, topic: "room:1", join_ref: "1", ref: "2", channel: RoomChannel} =
             first

    assert second == %{first | ref: "3"}
    # That a message has a number is no change of the channel's state.
    assert Enum.count(states(found), &match?({{:channel, _}, _, _, _}, &1)) == 1
  end

  test "a label that a process gives itself" do
    found =
      events("", fn ->
        Process.put(:"$process_label", {:till, 4})
        for _ <- 1..2, do: cast(:x, 1, :ok)
      end)

    assert [%{kind: :process, label: {:till, 4}}] =
             for(%{kind: :context, payload: note} <- found, do: note)
  end
end
