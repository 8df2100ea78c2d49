# Messages between two VMs that record into one folder, for causes.test.ts. Started with `--sname`, ESCOPE_RECORD and the
# runtime's build on the path; prints why where nodes cannot be connected.

{:module, desk, code, _} =
  defmodule Desk do
    use GenServer
    require Escope

    Escope.probe 201, def begin(server, answer_to) do
      GenServer.cast(server, {:pass, answer_to})
    end

    Escope.probe 202, def by_task(server) do
      Task.await(Task.async(fn -> send(server, :by_task) end))
    end

    def init(_), do: {:ok, nil}

    Escope.probe 203, def handle_cast({:pass, answer_to}, state) do
      GenServer.cast(answer_to, :answer)
      {:noreply, state}
    end

    Escope.probe 204, def handle_cast(:answer, state) do
      {:noreply, state}
    end

    Escope.probe 205, def handle_cast({:ask, server}, state) do
      GenServer.call(server, :question)
      send(server, :asked)
      {:noreply, state}
    end

    Escope.probe 206, def handle_call(:question, _from, state) do
      {:reply, 42, state}
    end

    Escope.probe 207, def handle_info(_message, state) do
      {:noreply, state}
    end
  end

{:ok, _} = Application.ensure_all_started(:escope)

arguments = Enum.flat_map(:code.get_path(), &[~c"-pa", &1])
folder = String.to_charlist(System.fetch_env!("ESCOPE_RECORD"))

case :peer.start(%{name: :"b#{System.pid()}", args: arguments, env: [{~c"ESCOPE_RECORD", folder}]}) do
  {:ok, peer, other} ->
    {:module, ^desk} = :erpc.call(other, :code, :load_binary, [desk, ~c"desk", code])
    {:ok, _} = :erpc.call(other, Application, :ensure_all_started, [:escope])
    {:ok, here} = GenServer.start(Desk, nil)
    {:ok, there} = :erpc.call(other, GenServer, :start, [Desk, nil])

    run = fn work ->
      Task.await(Task.async(work))
      Process.sleep(150)
    end

    run.(fn -> Desk.begin(there, here) end)
    run.(fn -> Desk.begin(there, here) end)
    run.(fn -> Desk.by_task(there) end)
    run.(fn -> GenServer.cast(here, {:ask, there}) end)
    :ok = :erpc.call(other, Escope, :stop, [])
    :peer.stop(peer)

  {:error, reason} ->
    IO.puts("no second node: #{inspect(reason)}")
end
