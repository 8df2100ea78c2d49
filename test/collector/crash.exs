# A server that crashes after a few calls, one that is killed, one that stops as it should, and one of which errors alone are
# recorded, and that no clause of its callback answers for; for crashes.test.ts.
{:ok, _} = Application.ensure_all_started(:escope)
Logger.configure(level: :none)

defmodule Shop.Stock do
  use GenServer
  require Escope

  def init(items), do: {:ok, items}

  Escope.probe 201, def handle_call({:take, item}, _from, items) do
    left = Map.fetch!(items, item)
    if left == 0, do: raise(ArgumentError, "no #{item} left")
    {:reply, :ok, Map.put(items, item, left - 1)}
  end

  Escope.probe 202, def handle_info(:stop, items) do
    {:stop, :normal, items}
  end
end

defmodule Shop.Errors do
  use GenServer
  require Escope

  Escope.probe 203, def init(state) do
    {:ok, state}
  end

  Escope.probe 204, def handle_call(:known, _from, state) do
    {:reply, state, state}
  end
end

start = fn -> elem(GenServer.start(Shop.Stock, %{tea: 2, jam: 9}, []), 1) end
{crashes, killed, stopped} = {start.(), start.(), start.()}
for pid <- [crashes, crashes, killed, stopped], do: :ok = GenServer.call(pid, {:take, :tea})
Process.sleep(1300)

try do
  GenServer.call(crashes, {:take, :tea})
catch
  :exit, _ -> :ok
end

{:ok, unanswered} = GenServer.start(Shop.Errors, :state)
# The recorder has to have met it.
Process.sleep(100)

try do
  GenServer.call(unanswered, :unknown)
catch
  :exit, _ -> :ok
end

Process.exit(killed, :kill)
send(stopped, :stop)
Process.sleep(400)
