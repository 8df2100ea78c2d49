defmodule Escope.Status do
  @moduledoc """
  What `Escope.status/0` says. Made in the recorder's process.
  """

  alias Escope.{Counts, Feed, Session, Sink, Trace, Watch, Writer}

  @typedoc """
  `to` is the folder or the address; `folder` nil over a socket, where `connected`, `socket_error` and
  `waiting` (events that the other end has not acknowledged) say how that is. `events` are those in the
  recording, `drops` those that are not, by reason. `processes`: how many are watched. `error`: why
  the last recording ended, if by itself. `subscribers`, `missed`: of `Escope.subscribe/1`. `traced`: of what rules have traced.
  """
  @type t :: %{
          required(:recording) => boolean,
          required(:to) => String.t() | nil,
          required(:folder) => Path.t() | nil,
          required(:vm) => String.t() | nil,
          required(:started) => DateTime.t() | nil,
          required(:events) => non_neg_integer,
          required(:drops) => %{atom => pos_integer},
          required(:processes) => non_neg_integer,
          required(:error) => term,
          required(:subscribers) => non_neg_integer,
          required(:missed) => non_neg_integer,
          required(:traced) => Trace.status(),
          optional(:connected) => boolean,
          optional(:socket_error) => term,
          optional(:waiting) => non_neg_integer
        }

  @spec of(Session.t() | nil, Writer.t() | nil, error :: term) :: t
  def of(session, writer, error) do
    session
    |> about()
    |> Map.merge(%{recording: writer != nil, processes: watched(writer), error: error})
    |> Map.merge(if(writer, do: Sink.status(session), else: %{}))
    |> Map.merge(Feed.status())
    |> Map.put(:traced, Trace.status())
  end

  defp about(nil), do: %{to: nil, folder: nil, vm: nil, started: nil, events: 0, drops: %{}}

  defp about(session) do
    %{
      to: to(session.settings),
      folder: session.folder,
      vm: session.vm,
      started: session.started |> elem(0) |> DateTime.from_unix!(:nanosecond),
      events: Counts.get(session.counts, :written),
      drops: Counts.drops(session.counts)
    }
  end

  defp watched(nil), do: 0
  defp watched(writer), do: Watch.count(writer.watch)

  defp to(%{to: {:folder, folder, _space}}), do: folder
  defp to(%{to: {:socket, address}}), do: address.text
end
