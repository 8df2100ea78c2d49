# What a callback with a state costs when one key of it changes at each call: recorded as a history,
# copied with each event (as a state that no rule makes known), and with `:erlang.trace` into ETS.
# Prints nanoseconds and, what counts, ratios within this run.
#
#     MIX_ENV=prod mix run bench/state.exs

Code.require_file("trace.exs", __DIR__)

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
  # So few that a ring does not fill up while they run: a full one refuses calls, which is cheaper.
  @recorded 1_200

  def sizes, do: [{"small", 0}, {"10 kB", 50}, {"1 MB", 5000}]

  defp items(n),
    do: for(i <- 1..n//1, do: %{id: i, name: "item #{i}", price: {:eur, i}, tags: [:a, :b]})

  def cast(n), do: {&server/2, %{items: items(n), count: 0, name: "till", open: true}}

  # Twenty assigns, one of them large.
  def event(n, struct) do
    others = Map.new(1..18, &{:"assign_#{&1}", {:value, &1}})
    assigns = Map.merge(others, %{__changed__: %{}, items: items(n), count: 0})

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
    plain = measure(Bench.Plain, call, state)
    off = measure(Bench.Probed, call, state)
    history = recorded(fn -> measure(Bench.Probed, call, state, @recorded, 30) end)
    copy = recorded(fn -> measure(Bench.Copied, call, copied, @recorded, 30) end)
    trace = traced(fn -> measure(Bench.Traced, call, state, calls(size)) end)

    cells = [
      String.pad_trailing("#{name}, #{size}", 18),
      time("plain", plain),
      time("off", off),
      time("history", history),
      time("copied", copy),
      time("trace", trace),
      "history/trace #{Float.round(history / trace, 4)}",
      "copied/history #{Float.round(copy / history, 1)}"
    ]

    IO.puts(Enum.join(cells, "  "))
  end

  # The tracer's mailbox takes a copy of every message: few calls with large arguments.
  defp calls("small"), do: 10_000
  defp calls(_), do: 100

  defp time(what, ns), do: "#{what} #{String.pad_leading("#{round(ns)}", 7)} ns"

  # The best of several rounds: what else runs on the machine only adds.
  defp measure(module, call, state, calls \\ 10_000, rounds \\ 7) do
    1..rounds
    |> Enum.map(fn _ ->
      Escope.flush()
      fn -> round(module, call, state, calls) end |> Task.async() |> Task.await(:infinity)
    end)
    |> Enum.min()
  end

  defp round(module, call, state, calls) do
    state = loop(module, call, state, div(calls, 20))
    start = :erlang.monotonic_time()
    loop(module, call, state, calls)
    (:erlang.monotonic_time() - start) / calls
  end

  defp loop(_module, _call, state, 0), do: state
  defp loop(module, call, state, n), do: loop(module, call, call.(module, state), n - 1)

  defp recorded(work) do
    folder = Path.join(System.tmp_dir!(), "escope-bench-#{System.pid()}")
    policies = folder <> ".terms"
    File.write!(policies, "{state, 1, server, [1]}.")
    :ok = Escope.start(record: folder, policies: policies)
    result = work.()
    %{drops: drops} = Escope.status()
    if drops != %{}, do: raise("not everything was recorded: #{inspect(drops)}")
    Escope.stop()
    File.rm_rf!(folder)
    File.rm!(policies)
    result
  end

  defp traced(work),
    do: Bench.Trace.run([{Bench.Traced, :handle_cast, 2}, {Bench.Traced, :handle_event, 3}], work)
end

for {size, n} <- Bench.sizes() do
  Bench.row("GenServer", size, Bench.cast(n), Bench.cast(n))

  Bench.row(
    "LiveView",
    size,
    Bench.event(n, Phoenix.LiveView.Socket),
    Bench.event(n, Not.ASocket)
  )
end
