defmodule Escope.Settings do
  @moduledoc """
  Where and how to record: options of `Escope.start/1`, then the environment variable
  `ESCOPE_RECORD`, then the configuration of the application `:escope`. Read by `Escope` when a
  recording starts.
  """

  alias Escope.{Limits, Redact}

  @enforce_keys [:folder, :limits, :redact, :policies]
  defstruct @enforce_keys

  @type t :: %__MODULE__{
          folder: Path.t(),
          limits: Limits.t(),
          redact: Redact.t(),
          policies: Path.t()
        }

  @doc "The settings; `:off` where nothing says where to record."
  @spec read(keyword) :: {:ok, t} | :off | {:error, term}
  def read(options) do
    case options[:record] || variable() || config(:record, nil) do
      nil -> :off
      "tcp:" <> _ -> {:error, :sockets_are_not_supported}
      "unix:" <> _ -> {:error, :sockets_are_not_supported}
      folder when is_binary(folder) -> {:ok, settings(Path.expand(folder), options)}
      other -> {:error, {:not_a_folder, other}}
    end
  end

  @doc "Whether to record from the application's start on."
  @spec enabled?() :: boolean
  def enabled?, do: variable() != nil or config(:enabled, true) == true

  defp settings(folder, options) do
    %__MODULE__{
      folder: folder,
      limits: Limits.new(options[:limits] || config(:limits, [])),
      redact: Redact.new(Keyword.get(options, :redact, config(:redact, []))),
      policies: options[:policies] || Application.app_dir(:escope, "priv/policies.terms")
    }
  end

  defp variable do
    case System.get_env("ESCOPE_RECORD") do
      "" -> nil
      value -> value
    end
  end

  defp config(key, default), do: Application.get_env(:escope, key, default)
end
