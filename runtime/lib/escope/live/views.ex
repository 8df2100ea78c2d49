defmodule Escope.Live.Views do
  @moduledoc """
  The LiveViews that run on this node, found by what their processes say they were started with.
  Called by `Escope.live_views/1`, in its caller's process; needs no Phoenix.
  """

  alias Escope.Live.Tree

  # How many are asked at the same time.
  @at_once 8

  @type live_view :: %{
          pid: pid,
          view: module,
          id: String.t() | nil,
          parent_pid: pid | nil,
          root_pid: pid | nil,
          transport_pid: pid | nil,
          live_action: atom,
          topic: term
        }

  @spec all(timeout) :: [live_view]
  def all(timeout) do
    Process.list()
    |> Enum.flat_map(&mounted/1)
    |> Task.async_stream(&asked(&1, timeout),
      max_concurrency: @at_once,
      ordered: true,
      timeout: :infinity
    )
    |> Enum.map(fn {:ok, live_view} -> live_view end)
  end

  defp mounted(pid) do
    # Most processes are told apart without a look at their dictionary.
    with {:initial_call, {:proc_lib, :init_p, 5}} <- Process.info(pid, :initial_call),
         {view, :mount, 3} <- :proc_lib.translate_initial_call(pid) do
      [{pid, view}]
    else
      _ -> []
    end
  end

  # The process may be busy, or have ended meanwhile. What it holds stays in the asking process.
  defp asked({pid, view}, timeout) do
    known = %{
      pid: pid,
      view: view,
      id: nil,
      parent_pid: nil,
      root_pid: nil,
      transport_pid: nil,
      live_action: nil,
      topic: nil
    }

    with {:ok, state} <- Tree.state(pid, timeout),
         %{} = about <- Tree.about(state) do
      Map.merge(known, about)
    else
      _ -> known
    end
  end
end
