defmodule Escope.Application do
  @moduledoc """
  Starts the recorder and, where it is configured, the recording. Called by the VM.

  In a release this application is permanent: if it failed or gave up, the node would stop. So its
  start always succeeds, and its supervisor never has had enough.
  """

  use Application

  require Logger

  @impl true
  def start(_type, _args) do
    children = [
      Escope.Rings,
      Escope.Turns,
      Escope.Trace,
      Escope.Reload,
      Escope.Sink.Link,
      Escope.Feed,
      Escope.Sampler,
      Escope.Recorder
    ]

    options = [
      strategy: :one_for_one,
      max_restarts: 1_000_000,
      max_seconds: 1,
      name: Escope.Supervisor
    ]

    with {:ok, supervisor} <- Supervisor.start_link(children, options) do
      begin()
      {:ok, supervisor}
    end
  end

  defp begin do
    # Scripts and `mix test` halt the VM without stopping its applications.
    System.at_exit(fn _status -> Escope.Reload.look() && Escope.stop() end)
    if Escope.Settings.enabled?(), do: Escope.start()
  catch
    class, reason -> Logger.warning("escope: not recording: #{inspect({class, reason})}")
  end
end
