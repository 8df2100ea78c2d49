defmodule Escope.Settings do
  @moduledoc """
  Where and how to record: options of `Escope.start/1`, then the environment, then the configuration
  of the application `:escope`. Read by `Escope` when a recording starts.

  `record` is a folder or the address of a socket, alone or at the head of a list of options:
  `["recording", max_bytes: "500MB"]`, `["tcp://collector:4600", token: "…"]`. The environment has
  `ESCOPE_RECORD`, `ESCOPE_RECORD_MAX`, `ESCOPE_RECORD_SEGMENT`, `ESCOPE_RECORD_FULL` and
  `ESCOPE_RECORD_TOKEN`.
  """

  alias Escope.{Address, Limits, Redact, Size}

  @max_bytes 2_000_000_000
  @segment_bytes 64 * 1024 * 1024
  @least_segment 64 * 1024
  @samples 200

  @enforce_keys [:to, :limits, :redact, :policies, :samples]
  defstruct @enforce_keys

  @typedoc """
  `max_bytes`: what the VM's segments may take of the disk. Where they would take more, `full`
  says whether the oldest go or the recording ends.
  """
  @type space :: %{
          max_bytes: pos_integer,
          segment_bytes: pos_integer,
          full: :rotate | :stop
        }

  @typedoc "`samples`: of how many processes a second the memory and queue is noted."
  @type t :: %__MODULE__{
          to: {:folder, Path.t(), space} | {:socket, Address.t()},
          limits: Limits.t(),
          redact: Redact.t(),
          policies: Path.t(),
          samples: non_neg_integer
        }

  @doc "The settings; `:off` where nothing says where to record."
  @spec read(keyword) :: {:ok, t} | :off | {:error, term}
  def read(options) do
    sources = Enum.map([options[:record], of_environment(), config(:record, nil)], &parts/1)

    case Enum.find_value(sources, fn {to, _} -> to end) do
      nil ->
        :off

      to ->
        asked = sources |> Enum.reverse() |> Enum.flat_map(fn {_, asked} -> asked end)
        with {:ok, to} <- to(to, Map.new(asked)), do: {:ok, settings(to, options)}
    end
  end

  @doc "Whether to record from the application's start on."
  @spec enabled?() :: boolean
  def enabled?, do: variable("ESCOPE_RECORD") != nil or config(:enabled, true) == true

  defp parts([to | asked]) when is_binary(to), do: {to, asked}
  defp parts({to, asked}), do: {to, asked}
  defp parts(to), do: {to, []}

  @variables [
    max_bytes: "ESCOPE_RECORD_MAX",
    segment_bytes: "ESCOPE_RECORD_SEGMENT",
    full: "ESCOPE_RECORD_FULL",
    token: "ESCOPE_RECORD_TOKEN"
  ]

  defp of_environment do
    {variable("ESCOPE_RECORD"),
     for({key, name} <- @variables, value = variable(name), do: {key, value})}
  end

  defp to(to, asked) when is_binary(to) do
    if Address.address?(to) do
      with {:ok, address} <- Address.parse(to, asked[:token]), do: {:ok, {:socket, address}}
    else
      with {:ok, space} <- space(asked), do: {:ok, {:folder, Path.expand(to), space}}
    end
  end

  defp to(other, _asked), do: {:error, {:not_a_folder, other}}

  defp space(asked) do
    with {:ok, most} <- size(asked, :max_bytes, @max_bytes),
         {:ok, segment} <- size(asked, :segment_bytes, @segment_bytes),
         {:ok, full} <- full(to_string(Map.get(asked, :full, :rotate))) do
      # At least a few, or all would go at once.
      segment = max(min(segment, div(most, 4)), @least_segment)
      {:ok, %{max_bytes: most, segment_bytes: segment, full: full}}
    end
  end

  defp size(asked, key, default) do
    value = Map.get(asked, key, default)
    with :error <- Size.parse(value), do: {:error, {:not_a_size, key, value}}
  end

  defp full("rotate"), do: {:ok, :rotate}
  defp full("stop"), do: {:ok, :stop}
  defp full(other), do: {:error, {:neither_rotate_nor_stop, other}}

  defp settings(to, options) do
    %__MODULE__{
      to: to,
      limits: Limits.new(options[:limits] || config(:limits, [])),
      redact: redact(options),
      policies: options[:policies] || Application.app_dir(:escope, "priv/policies.terms"),
      samples: samples(Keyword.get(options, :samples, config(:samples, @samples)))
    }
  end

  @doc "What is hidden, by these options or the configuration."
  @spec redact(keyword) :: Redact.t()
  def redact(options), do: Redact.new(Keyword.get(options, :redact, config(:redact, [])))

  defp samples(most) when is_integer(most) and most >= 0, do: most
  defp samples(true), do: @samples
  defp samples(_none), do: 0

  defp variable(name) do
    case System.get_env(name) do
      "" -> nil
      value -> value
    end
  end

  defp config(key, default), do: Application.get_env(:escope, key, default)
end
