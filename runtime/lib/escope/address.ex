defmodule Escope.Address do
  @moduledoc """
  The address of a socket that a recording goes to: `unix:/path` or `tcp://host:port`, and the token
  that whoever listens there asks for. Made by `Escope.Settings`, used by `Escope.Sink.Connection`.
  """

  @enforce_keys [:text, :host, :port, :token]
  defstruct @enforce_keys

  @type t :: %__MODULE__{
          text: String.t(),
          host: {:local, Path.t()} | charlist | :inet.ip_address(),
          port: :inet.port_number(),
          token: String.t() | nil
        }

  @doc "Whether that is an address, or is meant as one."
  @spec address?(String.t()) :: boolean
  def address?(text), do: String.starts_with?(text, ["unix:", "tcp:"])

  @spec parse(String.t(), String.t() | nil) :: {:ok, t} | {:error, term}
  def parse("unix:" <> path = text, token) do
    path = Path.expand(String.replace_prefix(path, "//", ""))

    # The operating system cuts off what is longer.
    if byte_size(path) in 2..107,
      do: {:ok, %__MODULE__{text: text, host: {:local, path}, port: 0, token: token}},
      else: {:error, {:not_an_address, text}}
  end

  def parse("tcp:" <> _ = text, token) do
    case URI.parse(text) do
      %URI{host: host, port: port, path: path}
      when is_binary(host) and host != "" and port in 1..65_535 and path in [nil, "", "/"] ->
        {:ok, %__MODULE__{text: text, host: host(host), port: port, token: token}}

      _ ->
        {:error, {:not_an_address, text}}
    end
  end

  defp host(host) do
    host = String.to_charlist(host)

    case :inet.parse_address(host) do
      {:ok, address} -> address
      {:error, _} -> host
    end
  end

  @doc "Opens a connection; the calling process owns it."
  @spec connect(t, timeout) :: {:ok, :gen_tcp.socket()} | {:error, term}
  def connect(%{host: host, port: port}, timeout),
    do: :gen_tcp.connect(host, port, options(host), timeout)

  @common [:binary, active: false, packet: :raw]

  defp options({:local, _path}), do: @common
  defp options(host) when tuple_size(host) == 8, do: [:inet6 | options(nil)]
  defp options(_host), do: [nodelay: true, keepalive: true] ++ @common
end

# What is asked for to get in is shown to nobody.
defimpl Inspect, for: Escope.Address do
  def inspect(address, _options), do: "#Escope.Address<#{address.text}>"
end
