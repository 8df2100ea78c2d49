defmodule Escope.Sink do
  @moduledoc """
  Where a recording goes: into a folder (`Escope.Sink.Folder`) or over a socket
  (`Escope.Sink.Socket`). Called in the recorder's process; `replace/3` and `extend/3`, for the small
  files beside the events, by `Escope.Reload` too.
  """

  alias Escope.Session

  @type t :: {module, term}

  @callback open(Session.t()) :: {:ok, term} | {:error, term}
  @doc "Takes a frame's events; never waits for anybody but a disk."
  @callback append(state :: term, [tuple]) :: {:ok, term} | {:error, term}
  @callback replace(Session.t(), name :: String.t(), iodata) :: :ok | {:error, term}
  @callback extend(Session.t(), name :: String.t(), iodata) :: :ok | {:error, term}
  @callback close(state :: term) :: :ok
  @doc "What can be said of it besides its address."
  @callback status(Session.t()) :: map

  @spec open(Session.t()) :: {:ok, t} | {:error, term}
  def open(session) do
    module = of(session)
    with {:ok, state} <- module.open(session), do: {:ok, {module, state}}
  end

  @spec append(t, [tuple]) :: {:ok, t} | {:error, term}
  def append({module, state}, events) do
    with {:ok, state} <- module.append(state, events), do: {:ok, {module, state}}
  end

  @spec close(t) :: :ok
  def close({module, state}), do: module.close(state)

  @doc "Writes a file beside the events; a reader sees the old one or the new one."
  @spec replace(Session.t(), String.t(), iodata) :: :ok | {:error, term}
  def replace(session, name, content), do: of(session).replace(session, name, content)

  @doc "Appends to a file beside the events."
  @spec extend(Session.t(), String.t(), iodata) :: :ok | {:error, term}
  def extend(session, name, content), do: of(session).extend(session, name, content)

  @spec status(Session.t()) :: map
  def status(session), do: of(session).status(session)

  defp of(%{settings: %{to: {:folder, _, _}}}), do: Escope.Sink.Folder
  defp of(%{settings: %{to: {:socket, _}}}), do: Escope.Sink.Socket
end
