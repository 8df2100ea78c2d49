defmodule Escope.JSON do
  @moduledoc """
  Just enough JSON to write `recording.json`: objects as keyword lists, so that keys keep their
  order. Called by `Escope.Session`.
  """

  @spec encode(term) :: iodata
  def encode(nil), do: "null"
  def encode(number) when is_integer(number), do: Integer.to_string(number)
  def encode(text) when is_binary(text), do: [?", for(<<char::utf8 <- text>>, do: char(char)), ?"]

  def encode(object) when is_list(object),
    do: [?{, object |> Enum.map(&entry/1) |> Enum.intersperse(?,), ?}]

  defp entry({key, value}), do: [encode(to_string(key)), ?:, encode(value)]

  defp char(char) when char in [?", ?\\], do: [?\\, char]
  defp char(char) when char < 0x20, do: :io_lib.format("\\u~4.16.0b", [char])
  defp char(char), do: <<char::utf8>>
end
