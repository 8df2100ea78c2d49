defmodule Escope.Frame do
  @moduledoc """
  Events as they stand in a segment and go over a socket: length, checksum, body. Used by the
  sinks, in the recorder's process and in that of the link.
  """

  @header 8

  @spec encode(term) :: iodata
  def encode(term) do
    body = :erlang.term_to_binary(term)
    [<<byte_size(body)::32, :erlang.crc32(body)::32>>, body]
  end

  @doc """
  How many events a segment file holds, and whether it could be read to its end. Reads the heads of
  its frames only.
  """
  @spec count(Path.t()) :: non_neg_integer
  def count(path) do
    case :file.open(path, [:read, :raw, :binary]) do
      {:ok, file} ->
        count = count(file, 8, 0)
        :file.close(file)
        count

      {:error, _} ->
        0
    end
  end

  # A list of events begins with its tag and their number.
  defp count(file, at, found) do
    case :file.pread(file, at, @header + 6) do
      {:ok, <<length::32, _crc::32, 131, ?l, events::32>>} ->
        count(file, at + @header + length, found + events)

      _ ->
        found
    end
  end
end
