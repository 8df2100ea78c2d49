defmodule Escope.Sink.Folder do
  @moduledoc """
  A recording in a folder: this VM's segments, of which the oldest go when they take more space
  than they may. Used by `Escope.Sink`, in the recorder's process.
  """

  @behaviour Escope.Sink

  alias Escope.{Counts, Frame, Ring, Segment, Session}

  # A recording whose oldest segments go is told whole so often within what it may take.
  @parts 4

  @enforce_keys [:session, :segment, :before]
  defstruct @enforce_keys ++ [told: 0]

  @typedoc "`before`: the bytes of the segments before the open one. `told`: those since all states were told whole."
  @type t :: %__MODULE__{
          session: Session.t(),
          segment: Segment.t(),
          before: non_neg_integer,
          told: non_neg_integer
        }

  @doc "Begins the session's next segment; one that a killed recorder left behind may end in a torn frame."
  @impl true
  def open(session) do
    with {:ok, segments} <- own(session),
         do: begin(session, segments, last(segments) + 1)
  end

  @impl true
  def append(%{session: session, segment: segment} = sink, events) do
    %{segment_bytes: most} = space(session)
    frame = Frame.encode(events)

    if segment.size >= most,
      do: next(sink, frame),
      else: write(sink, frame)
  end

  defp next(%{session: session, segment: segment} = sink, frame) do
    Segment.close(segment)

    with {:ok, segments} <- own(session),
         {:ok, next} <- begin(session, segments, segment.number + 1),
         do: write(%{next | told: sink.told}, frame)
  end

  defp begin(session, segments, number) do
    with {:ok, left} <- make_room(session, segments, space(session)),
         {:ok, segment} <- Segment.create(session.folder, session.vm, number),
         do: {:ok, %__MODULE__{session: session, segment: segment, before: bytes(left)}}
  end

  defp write(%{session: session, segment: segment, before: before} = sink, frame) do
    length = IO.iodata_length(frame)
    size = before + segment.size + length

    case space(session) do
      %{full: :stop, max_bytes: most} when size > most ->
        {:error, :max_bytes}

      space ->
        with {:ok, segment} <- Segment.append(segment, frame),
             do: {:ok, told(%{sink | segment: segment, told: sink.told + length}, space)}
    end
  end

  # Not with each segment: many large states would fill a small one, and so on for ever.
  defp told(%{told: bytes} = sink, %{full: :rotate, max_bytes: most})
       when bytes * @parts >= most do
    if on = Ring.state(), do: Ring.again(on)
    %{sink | told: 0}
  end

  defp told(sink, _space), do: sink

  # Whole segments go, and are accounted for before they do: what a reader misses is explained
  # whenever it looks.
  defp make_room(session, [{number, name, _size} | younger] = segments, %{full: :rotate} = space) do
    if bytes(segments) + space.segment_bytes > space.max_bytes do
      path = Session.path(session, name)
      Counts.rotated(session.counts, Frame.count(path), number + 1)

      with :ok <- Session.write_info(session, nil),
           :ok <- File.rm(path),
           do: make_room(session, younger, space)
    else
      {:ok, segments}
    end
  end

  defp make_room(_session, segments, _space), do: {:ok, segments}

  defp space(%{settings: %{to: {:folder, _path, space}}}), do: space

  # The session's segments `{number, name, bytes}`, the oldest first.
  defp own(%{folder: folder, vm: vm}) do
    with {:ok, names} <- File.ls(folder) do
      {:ok,
       Enum.sort(
         for name <- names,
             number = Segment.number(vm, name),
             {:ok, %{size: size}} <- [File.stat(Path.join(folder, name))],
             do: {number, name, size}
       )}
    end
  end

  defp last([]), do: 0
  defp last(segments), do: segments |> List.last() |> elem(0)

  defp bytes(segments), do: Enum.sum(for {_, _, size} <- segments, do: size)

  @impl true
  def close(sink), do: Segment.close(sink.segment)

  @impl true
  def replace(session, name, content) do
    new = Session.path(session, ".#{session.vm}.#{:erlang.phash2(self())}.new")

    with :ok <- File.write(new, content, [:raw]),
         :ok <- File.rename(new, Session.path(session, name)) do
      :ok
    else
      error ->
        File.rm(new)
        error
    end
  end

  @impl true
  def extend(session, name, content),
    do: File.write(Session.path(session, name), content, [:append, :raw])

  @impl true
  def status(_session), do: %{}
end
