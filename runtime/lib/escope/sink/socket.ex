defmodule Escope.Sink.Socket do
  @moduledoc """
  A recording that goes over a socket. Used by `Escope.Sink`, in the recorder's process; the
  connection belongs to `Escope.Sink.Link`, which takes frames without waiting for anybody.
  """

  @behaviour Escope.Sink

  alias Escope.{Counts, Frame}
  alias Escope.Sink.Link

  @impl true
  def open(session) do
    with :ok <- Link.open(session), do: {:ok, session}
  end

  @impl true
  def append(session, events) do
    frame = events |> Frame.encode() |> IO.iodata_to_binary()
    n = length(events)

    # The link is on its way back. The writer counts as written what is appended.
    if Link.push(session, frame, n) != :ok, do: Counts.moved(session.counts, n, :unsent)
    {:ok, session}
  end

  @impl true
  def replace(session, name, content),
    do: Link.file(session, name, IO.iodata_to_binary(content), :replace)

  @impl true
  def extend(session, name, content),
    do: Link.file(session, name, IO.iodata_to_binary(content), :extend)

  @impl true
  def close(session), do: Link.close(session)

  @impl true
  def status(session), do: Link.status(session)
end
