defmodule Escope.Size do
  @moduledoc """
  Sizes as people write them: `500_000_000`, `"500MB"`, `"2 GB"`. Used by `Escope.Settings`.
  """

  @units %{"" => 1, "K" => 1_000, "M" => 1_000_000, "G" => 1_000_000_000}

  @spec parse(term) :: {:ok, pos_integer} | :error
  def parse(bytes) when is_integer(bytes) and bytes > 0, do: {:ok, bytes}

  def parse(text) when is_binary(text) do
    with [_, number, unit] <- Regex.run(~r/\A\s*(\d+)\s*([kmg]?)(?:i?b)?\s*\z/i, text),
         bytes when bytes > 0 <- String.to_integer(number) * @units[String.upcase(unit)] do
      {:ok, bytes}
    else
      _ -> :error
    end
  end

  def parse(_other), do: :error
end
