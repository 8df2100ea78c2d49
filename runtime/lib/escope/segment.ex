defmodule Escope.Segment do
  @moduledoc """
  Appends frames to a session's segment files. The open file belongs to the recorder's process.
  """

  alias Escope.Session

  @begin <<"ESCOPE", 0, 1>>
  @full 64 * 1024 * 1024

  @enforce_keys [:session, :number, :file, :size]
  defstruct @enforce_keys

  @type t :: %__MODULE__{
          session: Session.t(),
          number: pos_integer,
          file: :file.fd(),
          size: integer
        }

  @doc "Begins the session's next segment; one that a killed recorder left behind may end in a torn frame."
  @spec begin(Session.t()) :: {:ok, t} | {:error, term}
  def begin(session), do: create(session, last_number(session) + 1)

  @doc "Appends one frame with these events."
  @spec append(t, [tuple]) :: {:ok, t} | {:error, term}
  def append(%{size: size} = segment, events) when size >= @full do
    close(segment)
    with {:ok, next} <- create(segment.session, segment.number + 1), do: append(next, events)
  end

  def append(segment, events) do
    body = :erlang.term_to_binary(events)
    frame = [<<byte_size(body)::32, :erlang.crc32(body)::32>>, body]

    with :ok <- :file.write(segment.file, frame),
         do: {:ok, %{segment | size: segment.size + byte_size(body) + 8}}
  end

  @spec close(t) :: :ok
  def close(segment) do
    :file.close(segment.file)
    :ok
  end

  defp create(session, number) do
    name = "#{session.vm}-#{String.pad_leading(Integer.to_string(number), 6, "0")}.events"

    with {:ok, file} <-
           :file.open(Session.path(session, name), [:raw, :binary, :write, :exclusive]),
         :ok <- :file.write(file, @begin),
         do:
           {:ok,
            %__MODULE__{session: session, number: number, file: file, size: byte_size(@begin)}}
  end

  defp last_number(session) do
    with {:ok, names} <- File.ls(session.folder) do
      numbers = Enum.flat_map(names, &number_of(&1, session.vm <> "-"))
      Enum.max(numbers, fn -> 0 end)
    else
      {:error, _} -> 0
    end
  end

  defp number_of(name, prefix) do
    with true <- String.starts_with?(name, prefix),
         <<n::binary-6, ".events">> <- String.replace_prefix(name, prefix, "") do
      [String.to_integer(n)]
    else
      _ -> []
    end
  end
end
