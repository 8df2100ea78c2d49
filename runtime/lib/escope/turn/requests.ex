defmodule Escope.Turn.Requests do
  @moduledoc """
  Bounds the requests of HTTP that a Phoenix endpoint answers, several in one process: what it was
  sent for one of them has nothing to do with the next. Attached by `Escope.Turns` where the
  application has telemetry; called by that in the processes of the application.
  """

  alias Escope.{Ring, Turn}

  @events [[:phoenix, :endpoint, :start], [:phoenix, :endpoint, :stop]]

  @spec attach(integer) :: :ok | term
  def attach(epoch) do
    if :erlang.module_loaded(:telemetry),
      do: apply(:telemetry, :attach_many, [{:escope, epoch}, @events, &__MODULE__.heard/4, epoch])
  catch
    # Telemetry is loaded and not yet started.
    _, _ -> :error
  end

  @spec detach(integer) :: term
  def detach(epoch) do
    apply(:telemetry, :detach, [{:escope, epoch}])
  catch
    _, _ -> :error
  end

  @doc "A request begins or ends."
  @spec heard([atom], map, map, integer) :: term
  def heard([_, _, event], _measurements, metadata, epoch) do
    case {Ring.state(), event} do
      {{^epoch, _, _, _, _, _}, :start} -> Turn.begin(epoch, about(metadata))
      _ -> Turn.finish()
    end
  catch
    _, _ -> nil
  end

  defp about(%{conn: %{method: method}}), do: %{kind: :http, method: method}
  defp about(_metadata), do: %{kind: :http}
end
