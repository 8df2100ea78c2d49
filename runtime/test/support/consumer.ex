defmodule Escope.Consumer do
  @moduledoc """
  The other end of a socket that is recorded to, as docs/recording.md describes it, independently of
  the code that writes to it.

  `events/1` gives the events of all connections, each frame once.
  """

  @doc "Listens at `address`; `behaviour`: see `serve/3`."
  def start(address, behaviour \\ fn _nth -> :reads end) do
    {:ok, listener} = listen(address)
    {:ok, state} = Agent.start_link(fn -> %{frames: %{}, hellos: [], files: %{}} end)
    pid = spawn_link(fn -> accept(listener, state, behaviour, 1) end)
    :ok = :gen_tcp.controlling_process(listener, pid)
    %{pid: pid, state: state, listener: listener}
  end

  def stop(%{pid: pid, listener: listener}) do
    Process.unlink(pid)
    Process.exit(pid, :kill)
    :gen_tcp.close(listener)
  end

  @doc "The port of a listener on `tcp://127.0.0.1:0`."
  def port(%{listener: listener}), do: elem(:inet.port(listener), 1)

  def hellos(%{state: state}), do: Enum.reverse(Agent.get(state, & &1.hellos))
  def files(%{state: state}), do: Agent.get(state, & &1.files)
  def numbers(%{state: state}), do: state |> Agent.get(&Map.keys(&1.frames)) |> Enum.sort()

  def events(%{state: state}) do
    state |> Agent.get(& &1.frames) |> Enum.sort() |> Enum.flat_map(&elem(&1, 1))
  end

  defp listen("unix:" <> path),
    do: :gen_tcp.listen(0, [:binary, active: false, ifaddr: {:local, path}])

  defp listen("tcp://127.0.0.1:" <> port) do
    options = [:binary, active: false, ip: {127, 0, 0, 1}, reuseaddr: true, recbuf: 4096]
    :gen_tcp.listen(String.to_integer(port), options)
  end

  defp accept(listener, state, behaviour, nth) do
    {:ok, socket} = :gen_tcp.accept(listener)
    owner = self()
    pid = spawn_link(fn -> serve(socket, state, behaviour.(nth), owner) end)
    :gen_tcp.controlling_process(socket, pid)
    send(pid, :yours)
    accept(listener, state, behaviour, nth + 1)
  end

  # `:reads` to the end; `{:closes, n}` after n frames, without acknowledging the last one; `:never`
  # reads; `:mute` never answers.
  defp serve(socket, state, behaviour, _owner) do
    receive do
      :yours -> :ok
    end

    unless behaviour == :never do
      {:ok, <<"ESCOPE", 1, 1>>} = :gen_tcp.recv(socket, 8)
      loop(socket, state, behaviour)
    else
      Process.sleep(:infinity)
    end
  end

  defp loop(socket, state, behaviour) do
    case frame(socket) do
      {0, {:hello, hello}} ->
        Agent.update(state, fn s ->
          %{s | hellos: [hello | s.hellos], files: Map.merge(s.files, hello.files)}
        end)

        unless behaviour == :mute, do: acknowledge(socket, state)
        loop(socket, state, behaviour)

      {0, {:file, name, content}} ->
        Agent.update(state, &put_in(&1.files[name], content))
        loop(socket, state, behaviour)

      {number, events} when is_list(events) ->
        Agent.update(state, fn s -> %{s | frames: Map.put_new(s.frames, number, events)} end)
        next(socket, state, behaviour)

      :closed ->
        :gen_tcp.close(socket)
    end
  end

  defp next(socket, _state, {:closes, 1}), do: :gen_tcp.close(socket)

  defp next(socket, state, {:closes, n}) do
    acknowledge(socket, state)
    loop(socket, state, {:closes, n - 1})
  end

  defp next(socket, state, behaviour) do
    acknowledge(socket, state)
    loop(socket, state, behaviour)
  end

  defp acknowledge(socket, state) do
    last = state |> Agent.get(&Map.keys(&1.frames)) |> Enum.max(fn -> 0 end)
    :gen_tcp.send(socket, <<last::64>>)
  end

  defp frame(socket) do
    with {:ok, <<number::64, length::32, crc::32>>} <- :gen_tcp.recv(socket, 16),
         {:ok, body} <- :gen_tcp.recv(socket, length) do
      if :erlang.crc32(body) != crc, do: raise("checksum differs")
      {number, :erlang.binary_to_term(body)}
    else
      {:error, _} -> :closed
    end
  end
end
