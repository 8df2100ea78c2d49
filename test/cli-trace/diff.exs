# A bank, two customers and a message that may come before another: diff.exs FOLDER ORDER PRICE.
[folder, order, price] = System.argv()

defmodule Bank do
  use GenServer
  require Escope

  def start_link(opened), do: GenServer.start_link(__MODULE__, opened, name: __MODULE__)

  @impl true
  Escope.probe(1, def(init(opened), do: {:ok, opened}))

  @impl true
  Escope.probe(2, def(handle_call({:take, n}, _from, left), do: {:reply, fee(n), left - n}))

  @impl true
  Escope.probe(3, def(handle_cast({:put, n, _ref}, left), do: {:noreply, left + n}))

  Escope.probe(4, def(fee(n), do: {:fee, n * :persistent_term.get(:price)}))
end

:persistent_term.put(:price, String.to_integer(price))
{:ok, _} = Application.ensure_all_started(:escope)
:ok = Escope.start(record: folder)
{:ok, _} = Bank.start_link(100)

for step <- String.graphemes(order) do
  case step do
    "t" -> GenServer.call(Bank, {:take, 10})
    "p" -> GenServer.cast(Bank, {:put, 5, make_ref()})
  end
end

:sys.get_state(Bank)
:ok = Escope.stop()
