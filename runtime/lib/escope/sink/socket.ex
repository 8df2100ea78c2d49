defmodule Escope.Sink.Socket do
  @moduledoc """
  A recording that goes over a socket. Used by `Escope.Sink`, in the recorder's process; the
  connection belongs to `Escope.Sink.Link`, which takes frames without waiting for anybody.
  """

  @behaviour Escope.Sink

  alias Escope.{Counts, Frame}
  alias Escope.Sink.Link

  # That the link is away for a moment ends no recording: the next frame asks it again.
  @impl true
  def open(session) do
    Link.open(session)
    {:ok, session}
  end

  @impl true
  def append(session, events) do
    frame = events |> Frame.encode() |> IO.iodata_to_binary()
    n = length(events)

    with {:error, :no_link} <- Link.push(session, frame, n),
         :ok <- Link.open(session),
         :ok <- Link.push(session, frame, n) do
      {:ok, session}
    else
      :ok ->
        {:ok, session}

      # The writer counts as written what is appended.
      {:error, _} ->
        Counts.moved(session.counts, n, :unsent)
        {:ok, session}
    end
  end

  @impl true
  def replace(session, name, content), do: file(session, name, content, :replace)

  @impl true
  def extend(session, name, content), do: file(session, name, content, :extend)

  @tries 5
  @pause 10

  # A link that was killed is soon back, and has the files that matter by itself: that it was away
  # ends no recording.
  defp file(session, name, content, how, tries \\ @tries)
  defp file(_session, _name, _content, _how, 0), do: :ok

  defp file(session, name, content, how, tries) do
    with {:error, :no_link} <- Link.file(session, name, IO.iodata_to_binary(content), how) do
      Process.sleep(@pause)
      file(session, name, content, how, tries - 1)
    end
  end

  @impl true
  def close(session), do: Link.close(session)

  @impl true
  def status(session), do: Link.status(session)
end
