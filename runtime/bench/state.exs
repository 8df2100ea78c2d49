# What a callback with a state costs when one key of it changes at each call: recorded as a history,
# copied with each event (as a state that no rule makes known), and with `:erlang.trace` the way LiveDebugger uses it.
# Prints nanoseconds in the calling process, CPU time of all that follows, and, what counts, ratios within this run.
#
#     MIX_ENV=prod mix run bench/state.exs

for file <- ["trace.exs", "measure.exs"], do: Code.require_file(file, __DIR__)

defmodule Bench.Work do
  def cast(by, state), do: {:noreply, %{state | count: state.count + by}}

  # What LiveView does around a callback: a fresh note of changes before, a changed assign after.
  def event(by, socket) do
    %{assigns: assigns} = socket
    changed = %{assigns | count: assigns.count + by, __changed__: %{count: true}}
    {:noreply, %{socket | assigns: changed}}
  end
end

defmodule Bench.Plain do
  def handle_cast(by, state), do: Bench.Work.cast(by, state)
  def handle_event(_name, by, socket), do: Bench.Work.event(by, socket)
end

defmodule Bench.Traced do
  def handle_cast(by, state), do: Bench.Work.cast(by, state)
  def handle_event(_name, by, socket), do: Bench.Work.event(by, socket)
end

defmodule Bench.Probed do
  require Escope
  Escope.probe(1, def(handle_cast(by, state), do: Bench.Work.cast(by, state)))

  Escope.probe(2, def(handle_event(_name, by, socket), do: Bench.Work.event(by, socket)))
end

defmodule Bench.Copied do
  require Escope
  Escope.probe(3, def(handle_cast(by, state), do: Bench.Work.cast(by, state)))

  Escope.probe(4, def(handle_event(_name, by, socket), do: Bench.Work.event(by, socket)))
end

defmodule Bench do
  alias Bench.Measure

  # What an application holds: texts of its own, and keys that its rows share.
  def sizes, do: [{"small", 0}, {"10 kB", 10_000}, {"1 MB", 1_000_000}]

  defp items(bytes) do
    items =
      for i <- 1..div(bytes, 100)//1,
          do: %{id: i, name: "item #{i}", price: {:eur, i}, tags: [:a, :b]}

    Enum.take(items, div(length(items) * bytes, max(8 * :erts_debug.size(items), 1)))
  end

  def cast(bytes), do: {&server/2, %{items: items(bytes), count: 0, name: "till", open: true}}

  # Twenty assigns, one of them large.
  def event(bytes, struct) do
    others = Map.new(1..18, &{:"assign_#{&1}", {:value, &1}})
    assigns = Map.merge(others, %{__changed__: %{}, items: items(bytes), count: 0})

    socket = %{
      __struct__: struct,
      id: "phx-1",
      view: Shop.CartLive,
      assigns: assigns,
      private: %{live_temp: %{}, lifecycle: %{mount: []}},
      parent_pid: nil,
      root_pid: self(),
      transport_pid: self(),
      router: Shop.Router,
      endpoint: Shop.Endpoint,
      redirected: nil,
      host_uri: nil
    }

    {&view/2, socket}
  end

  defp server(module, state) do
    {:noreply, state} = module.handle_cast(1, state)
    state
  end

  defp view(module, socket) do
    {:noreply, socket} = module.handle_event("inc", 1, socket)
    %{socket | assigns: %{socket.assigns | __changed__: %{}}}
  end

  def row(name, size, {call, state}, {_, copied}) do
    settled = fn -> :ok end
    plain = measure(Bench.Plain, call, state, 10_000, settled)
    off = measure(Bench.Probed, call, state, 10_000, settled)
    history = recorded(&measure(Bench.Probed, call, state, 1_200, &1))
    copy = recorded(&measure(Bench.Copied, call, copied, 1_200, &1))

    trace =
      traced(fn -> measure(Bench.Traced, call, state, calls(size), &Bench.Trace.settle/0) end)

    Measure.line(
      "#{name}, #{size}",
      [plain: plain, off: off, history: history, copied: copy, trace: trace],
      [
        {"off/plain", ratio(off, plain)},
        {"history/trace", ratio(history, trace)},
        {"of CPU", elem(history, 1) / elem(trace, 1)}
      ]
    )
  end

  defp ratio({one, _}, {other, _}), do: one / other

  # So few that a ring does not fill up while they run: a full one refuses calls, which is cheaper.
  defp calls("1 MB"), do: 20
  defp calls(_), do: 1_200

  defp measure(module, call, state, calls, settle) do
    Measure.rounds(15, calls, settle, fn ->
      state = loop(module, call, state, div(calls, 20))
      start = :erlang.monotonic_time(:nanosecond)
      loop(module, call, state, calls)
      :erlang.monotonic_time(:nanosecond) - start
    end)
  end

  defp loop(_module, _call, state, 0), do: state
  defp loop(module, call, state, n), do: loop(module, call, call.(module, state), n - 1)

  defp recorded(work), do: Measure.recorded("{state, 1, server, [1]}.", work)

  defp traced(work),
    do: Bench.Trace.run([{Bench.Traced, :handle_cast, 2}, {Bench.Traced, :handle_event, 3}], work)
end

for {size, bytes} <- Bench.sizes() do
  Bench.row("GenServer", size, Bench.cast(bytes), Bench.cast(bytes))

  Bench.row(
    "LiveView",
    size,
    Bench.event(bytes, Phoenix.LiveView.Socket),
    Bench.event(bytes, Not.ASocket)
  )
end
