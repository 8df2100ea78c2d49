defmodule Escope.Segment do
  @moduledoc """
  One segment file, to which frames are appended. The open file belongs to the recorder's process.

  Invariant: behind the header the file holds whole frames only, unless the VM is killed.
  """

  @begin <<"ESCOPE", 0, 1>>

  @enforce_keys [:number, :file, :size]
  defstruct @enforce_keys

  @type t :: %__MODULE__{number: pos_integer, file: :file.fd(), size: non_neg_integer}

  @spec name(vm :: String.t(), pos_integer) :: String.t()
  def name(vm, number),
    do: "#{vm}-#{String.pad_leading(Integer.to_string(number), 6, "0")}.events"

  @doc "The number of the VM's segment of that name, nil of other files."
  @spec number(vm :: String.t(), String.t()) :: pos_integer | nil
  def number(vm, name) do
    with true <- String.starts_with?(name, vm <> "-"),
         digits =
           name |> String.replace_prefix(vm <> "-", "") |> String.replace_suffix(".events", ""),
         {number, ""} <- Integer.parse(digits),
         ^name <- name(vm, number) do
      number
    else
      _ -> nil
    end
  end

  @spec create(folder :: Path.t(), vm :: String.t(), pos_integer) :: {:ok, t} | {:error, term}
  def create(folder, vm, number) do
    path = Path.join(folder, name(vm, number))

    with {:ok, file} <- :file.open(path, [:raw, :binary, :write, :exclusive]),
         :ok <- :file.write(file, @begin),
         do: {:ok, %__MODULE__{number: number, file: file, size: byte_size(@begin)}}
  end

  @doc "Appends a frame. What a full disk took of one is taken back."
  @spec append(t, iodata) :: {:ok, t} | {:error, term}
  def append(segment, frame) do
    case :file.write(segment.file, frame) do
      :ok ->
        {:ok, %{segment | size: segment.size + IO.iodata_length(frame)}}

      error ->
        with {:ok, _} <- :file.position(segment.file, segment.size),
             do: :file.truncate(segment.file)

        error
    end
  end

  @spec close(t) :: :ok
  def close(segment) do
    :file.close(segment.file)
    :ok
  end
end
