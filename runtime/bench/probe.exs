# What a probed call costs beside a plain one, and beside `:erlang.trace` into ETS. Prints
# nanoseconds and, what counts, ratios within this run.
#
#     MIX_ENV=prod mix run bench/probe.exs

Code.require_file("trace.exs", __DIR__)

defmodule Bench.Plain do
  def call(x, y), do: work(x, y)
  def work(x, _y), do: x
end

defmodule Bench.Probed do
  require Escope
  Escope.probe(1, def(call(x, y), do: Bench.Plain.work(x, y)))
end

defmodule Bench.Traced do
  def call(x, y), do: Bench.Plain.work(x, y)
end

defmodule Bench do
  @calls 20_000
  # So few that a ring does not fill up while they run: a full one refuses calls, which is cheaper.
  @recorded_calls 1_500

  def arguments do
    [
      {"small", %{"by" => "2"}},
      {"10 kB assigns", assigns(50)},
      {"1 MB assigns", assigns(5000)}
    ]
  end

  defp assigns(n),
    do: %{
      items: for(i <- 1..n, do: %{id: i, name: "item #{i}", price: {:eur, i}, tags: [:a, :b]})
    }

  def row(name, x) do
    plain = measure(Bench.Plain, x)
    off = measure(Bench.Probed, x)
    on = recorded(fn -> measure(Bench.Probed, x, @recorded_calls, 40) end)

    traced = traced(fn -> measure(Bench.Traced, x, traced_calls(name)) end)

    IO.puts(
      Enum.join(
        [
          String.pad_trailing(name, 14),
          time("plain", plain),
          time("off", off),
          time("on", on),
          time("trace", traced),
          "on/off #{Float.round(on / off, 1)}",
          "trace/on #{Float.round(traced / on, 1)}"
        ],
        "  "
      )
    )
  end

  # The tracer's mailbox takes a copy of every message: few calls with large arguments.
  defp traced_calls("small"), do: @calls
  defp traced_calls(_), do: 100

  defp time(what, ns), do: "#{what} #{String.pad_leading("#{round(ns)}", 8)} ns"

  # The best of several rounds: what else runs on the machine only adds.
  defp measure(module, x, calls \\ @calls, rounds \\ 7) do
    1..rounds
    |> Enum.map(fn _ ->
      Escope.flush()
      in_process(fn -> round(module, x, calls) end)
    end)
    |> Enum.min()
  end

  defp in_process(work), do: work |> Task.async() |> Task.await(:infinity)

  defp round(module, x, calls) do
    loop(module, x, div(calls, 20))
    start = :erlang.monotonic_time()
    loop(module, x, calls)
    (:erlang.monotonic_time() - start) / calls
  end

  defp loop(_module, _x, 0), do: :ok

  defp loop(module, x, n) do
    module.call(x, n)
    loop(module, x, n - 1)
  end

  defp recorded(work) do
    folder = Path.join(System.tmp_dir!(), "escope-bench-#{System.pid()}")
    :ok = Escope.start(record: folder)
    result = work.()
    %{drops: drops} = Escope.status()
    if drops != %{}, do: raise("not everything was recorded: #{inspect(drops)}")
    Escope.stop()
    File.rm_rf!(folder)
    result
  end

  defp traced(work), do: Bench.Trace.run([{Bench.Traced, :call, 2}], work)
end

for {name, x} <- Bench.arguments(), do: Bench.row(name, x)
