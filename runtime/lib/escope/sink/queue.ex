defmodule Escope.Sink.Queue do
  @moduledoc """
  Frames that wait to be sent, and those that were sent and not yet acknowledged. Plain data of
  `Escope.Sink.Link`.

  Invariant: what it holds is at most `@most` bytes and one frame. Where more comes, the oldest of
  those that wait go, and their events are counted as `unsent`.
  """

  alias Escope.Counts

  @most 8 * 1024 * 1024
  # So much may be on its way; the rest waits, where the oldest can still be given up.
  @flight 4 * 1024 * 1024
  @part 256 * 1024

  @enforce_keys [:counts]
  defstruct @enforce_keys ++
              [waiting: :queue.new(), flight: :queue.new(), bytes: 0, flying: 0]

  @type t :: %__MODULE__{}

  @spec new(Counts.t()) :: t
  def new(counts), do: %__MODULE__{counts: counts}

  @spec empty?(t) :: boolean
  def empty?(queue), do: queue.bytes == 0

  @spec flying?(t) :: boolean
  def flying?(queue), do: queue.flying > 0

  @doc "Takes a frame with `n` events; they are numbered from 1."
  @spec push(t, binary, non_neg_integer) :: t
  def push(%{counts: counts} = queue, frame, n) do
    Counts.add(counts, :frame)
    Counts.add(counts, :queued, n)
    item = {Counts.get(counts, :frame), n, frame}
    queue = %{queue | waiting: :queue.in(item, queue.waiting)}
    bounded(%{queue | bytes: queue.bytes + byte_size(frame)})
  end

  defp bounded(%{bytes: bytes} = queue) when bytes <= @most, do: queue

  defp bounded(queue) do
    case :queue.out(queue.waiting) do
      {:empty, _} ->
        queue

      {{:value, {_number, n, frame}}, waiting} ->
        Counts.add(queue.counts, :queued, -n)
        Counts.moved(queue.counts, n, :unsent)
        bounded(%{queue | waiting: waiting, bytes: queue.bytes - byte_size(frame)})
    end
  end

  @doc "The next frames to be sent, with their numbers; they count as on their way."
  @spec take(t) :: {iodata, t}
  def take(queue), do: take(queue, [], 0)

  defp take(%{flying: flying} = queue, taken, size) when flying >= @flight or size >= @part,
    do: {Enum.reverse(taken), queue}

  defp take(queue, taken, size) do
    case :queue.out(queue.waiting) do
      {:empty, _} ->
        {Enum.reverse(taken), queue}

      {{:value, {number, _n, frame} = item}, waiting} ->
        bytes = byte_size(frame)

        queue = %{
          queue
          | waiting: waiting,
            flight: :queue.in(item, queue.flight),
            flying: queue.flying + bytes
        }

        take(queue, [[<<number::64>>, frame] | taken], size + bytes)
    end
  end

  @doc "Lets go of all frames up to `number`, which have arrived."
  @spec acknowledged(t, non_neg_integer) :: t
  def acknowledged(queue, number) do
    case :queue.peek(queue.flight) do
      {:value, {first, n, frame}} when first <= number ->
        Counts.add(queue.counts, :queued, -n)
        bytes = byte_size(frame)

        acknowledged(
          %{
            queue
            | flight: :queue.drop(queue.flight),
              flying: queue.flying - bytes,
              bytes: queue.bytes - bytes
          },
          number
        )

      _ ->
        queue
    end
  end

  @doc "Lets go of those that had arrived over an earlier connection."
  @spec arrived(t, non_neg_integer) :: t
  def arrived(queue, number) do
    case :queue.peek(queue.waiting) do
      {:value, {first, n, frame}} when first <= number ->
        Counts.add(queue.counts, :queued, -n)
        waiting = :queue.drop(queue.waiting)
        arrived(%{queue | waiting: waiting, bytes: queue.bytes - byte_size(frame)}, number)

      _ ->
        queue
    end
  end

  @doc "What was on its way when the connection broke is sent again."
  @spec again(t) :: t
  def again(queue),
    do: %{
      queue
      | waiting: :queue.join(queue.flight, queue.waiting),
        flight: :queue.new(),
        flying: 0
    }

  @doc "Gives up everything."
  @spec lost(t) :: t
  def lost(queue) do
    forget(queue.counts)
    new(queue.counts)
  end

  @doc "Counts as unsent what a queue held that is no more."
  @spec forget(Counts.t()) :: :ok
  def forget(counts) do
    n = Counts.get(counts, :queued)
    Counts.add(counts, :queued, -n)
    Counts.moved(counts, n, :unsent)
  end
end
