defmodule Escope.Sink.Wire do
  @moduledoc """
  What goes over a socket besides events, as docs/recording.md describes it. Called by
  `Escope.Sink.Link`.
  """

  alias Escope.{Frame, Session}

  @magic <<"ESCOPE", 1, 1>>

  @doc "The beginning of a connection: who records, and the files that are there so far."
  @spec greeting(Session.t(), %{String.t() => binary}) :: iodata
  def greeting(session, files) do
    {:socket, address} = session.settings.to

    hello = %{
      protocol: 1,
      vm: session.vm,
      node: Atom.to_string(node()),
      token: address.token,
      info: session.info,
      files: files
    }

    [@magic, message({:hello, hello})]
  end

  @doc "A file that is new or has changed."
  @spec file(String.t(), binary) :: iodata
  def file(name, content), do: message({:file, name, content})

  # Number 0: no events.
  defp message(term), do: [<<0::64>>, Frame.encode(term)]
end
