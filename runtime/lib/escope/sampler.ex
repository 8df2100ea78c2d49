defmodule Escope.Sampler do
  @moduledoc """
  Looks at processes that the recording has seen: their queue, memory, names and links. A process of
  its own, for a process that is busy answers late; asked by the recorder, one question at a time.
  """

  use GenServer

  # Links that are told; more are counted.
  @links 50

  @type sample :: {pid, time :: integer, map}

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "Has these processes looked at; the answer is `{:sampled, ref, [sample]}`."
  @spec ask(reference, [pid]) :: :ok
  def ask(ref, pids), do: GenServer.cast(__MODULE__, {:sample, self(), ref, pids})

  @impl true
  def init(_), do: {:ok, %{}}

  # What was told of a process last is not told again. Of those that are asked about no more,
  # nothing is remembered.
  @impl true
  def handle_cast({:sample, recorder, ref, pids}, known) do
    {samples, seen} = Enum.reduce(pids, {[], %{}}, &look(&1, &2, known))
    send(recorder, {:sampled, ref, Enum.reverse(samples)})
    {:noreply, Map.merge(known, seen) |> trimmed()}
  end

  @remembered 10_000

  defp trimmed(known) when map_size(known) <= @remembered, do: known
  defp trimmed(_known), do: %{}

  @items [:message_queue_len, :memory, :reductions, :links, :registered_name]

  defp look(pid, {samples, seen}, known) do
    with info when info != nil <- Process.info(pid, @items),
         shown = shown(info),
         # Answering costs reductions, too.
         told = :erlang.phash2(Map.delete(shown, :reductions)),
         false <- known[pid] == told do
      {[{pid, Escope.Clock.now(), shown} | samples], Map.put(seen, pid, told)}
    else
      _ -> {samples, seen}
    end
  end

  defp shown(info) do
    {first, rest} = info[:links] |> Enum.filter(&is_pid/1) |> Enum.split(@links)

    %{
      message_queue_len: info[:message_queue_len],
      memory: info[:memory],
      reductions: info[:reductions],
      registered_name: if(info[:registered_name] == [], do: nil, else: info[:registered_name]),
      links: first,
      more_links: length(rest)
    }
  end
end
