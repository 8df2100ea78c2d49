defmodule Escope.Sink.Connection do
  @moduledoc """
  Connects, and sends what the link gives it, one part after the other: the process that may wait
  for a consumer that does not read. Linked to `Escope.Sink.Link`, which owns the socket and reads
  the answers.
  """

  alias Escope.Address

  @connect 5_000

  @doc """
  Starts one, which sends its parent `{:connected, pid, socket}`, and `{:sent, pid}` after each
  part. It ends with the reason of what went wrong.
  """
  @spec start(Address.t()) :: pid
  def start(address) do
    link = self()
    :proc_lib.spawn_link(fn -> connect(link, address) end)
  end

  @spec send(pid, :gen_tcp.socket(), iodata) :: term
  def send(pid, socket, data), do: Kernel.send(pid, {:send, socket, data})

  defp connect(link, address) do
    with {:ok, socket} <- Address.connect(address, @connect),
         :ok <- :gen_tcp.controlling_process(socket, link) do
      Kernel.send(link, {:connected, self(), socket})
      loop(link)
    else
      {:error, reason} -> exit({:shutdown, reason})
    end
  end

  defp loop(link) do
    receive do
      {:send, socket, data} ->
        case :gen_tcp.send(socket, data) do
          :ok ->
            Kernel.send(link, {:sent, self()})
            loop(link)

          {:error, reason} ->
            exit({:shutdown, reason})
        end
    end
  end
end
