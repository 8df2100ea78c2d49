# What it costs that a process tells its turns: messages that no probe sees, to a GenServer with and
# without the debug function. Prints nanoseconds a message.
#
#     MIX_ENV=prod mix run bench/turn.exs

defmodule Bench.Server do
  use GenServer
  require Escope

  @impl true
  Escope.probe(1, def(init(_), do: {:ok, 0}))
  @impl true
  def handle_call(:seen, _from, n), do: {:reply, n, n}
  @impl true
  def handle_info(_message, n), do: {:noreply, n + 1}
end

defmodule Bench do
  @messages 50_000

  def run do
    {:ok, plain} = GenServer.start(Bench.Server, nil)
    folder = Path.join(System.tmp_dir!(), "escope-bench-#{System.pid()}")
    :ok = Escope.start(record: folder)
    {:ok, told} = GenServer.start(Bench.Server, nil)
    Process.sleep(200)
    {:status, _, _, [_, _, _, [_ | _], _]} = :sys.get_status(told)
    rounds = for _ <- 1..15, do: {time(plain), time(told), labelled(plain), labelled(told)}
    Escope.stop()
    File.rm_rf!(folder)

    [plain, told, marked, marked_told] =
      for at <- 0..3, do: rounds |> Enum.map(&elem(&1, at)) |> Enum.min()

    row("without a label", plain, told)
    row("with one", marked, marked_told)
  end

  defp row(name, plain, told),
    do:
      IO.puts(
        "#{String.pad_trailing(name, 16)} plain #{plain} ns  told #{told} ns  a turn costs #{told - plain} ns"
      )

  defp labelled(server) do
    :seq_trace.set_token(:label, {:"$escope", 1, 2, :open, self()})
    taken = time(server)
    :seq_trace.set_token([])
    taken
  end

  # The messages lie in the queue before the first is handled.
  defp time(server) do
    :sys.suspend(server)
    for _ <- 1..@messages, do: send(server, :message)
    start = :erlang.monotonic_time(:nanosecond)
    :sys.resume(server)
    GenServer.call(server, :seen, :infinity)
    div(:erlang.monotonic_time(:nanosecond) - start, @messages)
  end
end

Bench.run()
