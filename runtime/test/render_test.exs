defmodule Escope.RenderTest do
  use ExUnit.Case, async: false

  import Escope.Template
  alias Escope.{Probe, Recorded}

  @render {ShopWeb.CartLive, {:render, 1}}
  @badge {ShopWeb.Parts, {:badge, 1}}

  defp render(assigns, work), do: Probe.run(1, @render, [assigns], work)
  defp badge(assigns, work), do: Probe.run(2, @badge, [assigns], work)

  defp events(options \\ [], work),
    do: Recorded.events(options, fn -> work |> Task.async() |> Task.await(:infinity) end)

  defp of(events, kind), do: Enum.filter(events, &(&1.kind == kind))

  defp told(events, probe),
    do: Enum.find_value(events, &(&1.kind == :render and &1.probe == probe and &1.payload))

  defp policies(terms) do
    path = Path.join(System.tmp_dir!(), "escope-render-#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm(path) end)
    File.write!(path, terms)
    [policies: path]
  end

  test "a template's cost is what its functions take, not what the call took" do
    work = fn ->
      rendered(fn _ ->
        Process.sleep(20)
        ["a", nil, rendered(fn _ -> Process.sleep(20) && ["b"] end)]
      end)
    end

    events = events(fn -> diff(render(assigns(%{count: true, items: %{}}), work), true) end)
    assert [%{span: span, parent: nil}] = of(events, :enter)

    assert [%{span: ^span, probe: 1, parent: nil, cause: nil, payload: told}] =
             of(events, :render)

    assert %{functions: 2, dynamics: 4, evaluated: 3, tracked: true, complete: true} = told
    assert Enum.sort(told.changed) == [:count, :items]
    assert told.own in 40_000_000..400_000_000
    assert told.total in told.own..400_000_000
    [enter, leave, render] = for kind <- [:enter, :leave, :render], do: hd(of(events, kind))
    assert leave.time - enter.time < 20_000_000
    assert {leave.seq, render.seq} == {enter.seq + 1, enter.seq + 2}
  end

  test "function components are children, and their cost is the caller's total, not its own" do
    work = fn ->
      rendered(fn _ ->
        [badge(%{__changed__: nil}, fn -> rendered(fn _ -> Process.sleep(30) && ["b"] end) end)]
      end)
    end

    events = events(fn -> diff(render(assigns(nil), work)) end)
    assert [%{span: outer}, %{parent: outer, probe: 2, cause: nil}] = of(events, :enter)
    assert [%{probe: 2}, %{probe: 1, span: ^outer}] = of(events, :render)
    assert %{own: own, changed: nil, tracked: false} = told(events, 2)
    assert own >= 30_000_000
    assert %{own: little, total: total, functions: 1} = told(events, 1)
    assert little < 20_000_000 and total >= 30_000_000
  end

  test "what runs in a template's function belongs to its span; after it, nothing does" do
    work = fn ->
      rendered(fn _ -> [Probe.run(3, {Shop, {:price, 1}}, [1], fn -> "1 €" end)] end)
    end

    events =
      events(fn ->
        diff(render(assigns(nil), work))
        Probe.run(4, {Shop, {:other, 1}}, [1], fn -> 1 end)
      end)

    assert [%{span: span, probe: 1}, %{parent: span, probe: 3}, %{parent: nil, probe: 4}] =
             of(events, :enter)
  end

  test "entries of comprehensions, of both kinds" do
    entry = fn name -> fn _changed, _track? -> Process.sleep(5) && [name] end end
    parts = for n <- 1..3, do: {n, %{}, entry.("item")}
    old = for n <- 1..3, do: ["#{n}", rendered(fn _ -> Process.sleep(5) && ["x"] end)]

    for list <- [keyed(parts), comprehension(old)] do
      work = fn -> rendered(fn _ -> [list] end) end
      events = events(fn -> diff(render(assigns(nil), work)) end)
      assert [%{payload: %{functions: 4, own: own, complete: true}}] = of(events, :render)
      assert own >= 15_000_000
    end
  end

  test "what comes out is what came out before, and off nothing is replaced" do
    parts = [{nil, %{n: 1}, fn _, track? -> ["k", track?] end}]
    inner = fn -> rendered(fn _ -> [nil, ["io", "data"], comprehension([["x"], ["y"]])] end) end

    work = fn ->
      rendered(
        fn track? ->
          ["a", nil, track?, badge(%{}, inner), keyed(parts), component(Shop.Row, 1)]
        end,
        %{caller: {ShopWeb.CartLive, {:render, 1}, "lib/cart_live.ex", 7}}
      )
    end

    me = self()

    events(fn ->
      send(me, {:recorded, for(t <- [true, false], do: diff(render(assigns(%{}), work), t))})
    end)

    assert_received {:recorded, recorded}
    assert recorded == for(t <- [true, false], do: diff(work.(), t))

    plain = work.()
    assert render(assigns(%{}), fn -> plain end) === plain

    events(policies("{[1], \#{render => false}}."), fn ->
      send(me, {:same, :erts_debug.same(render(assigns(%{}), fn -> plain end), plain)})
    end)

    assert_received {:same, true}
  end

  test "a template that was timed before the recording ended goes on as it was" do
    me = self()
    work = fn -> rendered(fn _ -> [self() == me] end) end

    events = Recorded.events(fn -> Process.put(:template, render(assigns(nil), work)) end)

    assert of(events, :render) == []
    assert diff(Process.delete(:template)).dynamic == [true]
    assert Process.get(:"$escope_render") == nil
    # In another process it is not timed, and what it holds neither.
    events =
      Recorded.events(fn ->
        template = render(assigns(nil), work)
        assert Task.await(Task.async(fn -> diff(template).dynamic end)) == [false]
      end)

    assert of(events, :render) == []
  end

  test "a function that raises: its exception, its stack, its cost" do
    defmodule Raises do
      def body(_track?), do: raise(ArgumentError, "no such item")
      def call(dynamic), do: [dynamic.(true)]
    end

    me = self()

    events =
      events(fn ->
        inner = fn -> rendered(&Raises.body/1) end
        work = fn -> rendered(fn _ -> Raises.call(badge(%{}, inner).dynamic) end) end
        %{dynamic: dynamic} = render(assigns(%{}), work)

        try do
          dynamic.(true)
        rescue
          error -> send(me, {:raised, error, __STACKTRACE__})
        end

        # The process goes on, and so does the recording.
        diff(render(assigns(nil), fn -> rendered(fn _ -> [] end) end))
      end)

    assert_received {:raised, %ArgumentError{message: "no such item"}, stack}
    assert [{__MODULE__.Raises, :body, 1, _}, {__MODULE__.Raises, :call, 1, _} | _] = stack

    refute Enum.any?(stack, fn {module, _, _, _} ->
             module in [Escope.Render, Escope.Render.Parts]
           end)

    assert [%{probe: 2}, %{probe: 1}, %{probe: 1}] = found = of(events, :render)
    assert [false, false, true] = for(event <- found, do: event.payload.complete)
  end

  test "one that is called twice, or never, is told as often" do
    once = fn -> rendered(fn _ -> ["x"] end) end

    events =
      events(fn ->
        template = badge(%{}, once)
        badge(%{}, once)
        diff(template)
        diff(template)
      end)

    assert [%{payload: %{functions: 1}}, %{payload: %{functions: 1}}] = of(events, :render)
  end

  test "a template that leaves a part out is told at the end of the turn" do
    state = %{socket: socket(), components: {%{}, %{}, 1}}

    events =
      events(fn ->
        work = fn ->
          rendered(fn _ -> badge(%{}, fn -> rendered(fn _ -> [] end) end) && ["x"] end)
        end

        diff(render(assigns(nil), work))
        Escope.Live.Changes.turn(Escope.Ring.state(), state)
      end)

    assert [%{probe: 1, payload: %{functions: 1, complete: false}}] = of(events, :render)
  end

  test "lists that are none, and other shapes, are left as they are" do
    me = self()
    shapes = [[:a | :b], :none, nil, ["x", %{__struct__: Phoenix.LiveView.Rendered, dynamic: 1}]]

    events(fn ->
      for shape <- shapes do
        template = render(assigns(nil), fn -> rendered(fn _ -> shape end) end)
        send(me, {:shape, template.dynamic.(true)})
      end

      odd = %{__struct__: Phoenix.LiveView.Rendered, dynamic: fn -> 1 end}
      send(me, {:odd, render(assigns(nil), fn -> odd end) === odd})
    end)

    for shape <- shapes, do: assert_received({:shape, ^shape})
    assert_received {:odd, true}
  end

  test "nothing is held longer than before" do
    me = self()

    events(fn ->
      work = fn ->
        large = :binary.copy(<<0>>, 200)
        rendered(fn _ -> [byte_size(large)] end)
      end

      diff(render(assigns(%{list: Enum.to_list(1..10_000)}), work))
      :erlang.garbage_collect()
      {:dictionary, dictionary} = Process.info(self(), :dictionary)
      send(me, {:held, :erts_debug.flat_size(Keyword.get(dictionary, :"$escope_render"))})
    end)

    assert_received {:held, words} when words < 20
  end
end
