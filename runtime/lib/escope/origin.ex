defmodule Escope.Origin do
  @moduledoc """
  Describes the process that calls it: its name, what it was started with, and by whom. Called by
  `Escope.Emit` at a process's first event.
  """

  alias Escope.{Clock, Foreign, Limits, Ring, Term}

  @expanding :"$escope_expanding"

  @spec describe(Limits.t()) :: map
  def describe(limits) do
    Term.bound(
      %{
        registered_name: info(:registered_name),
        initial_call: Process.get(:"$initial_call") || info(:initial_call),
        ancestors: Process.get(:"$ancestors", []),
        callers: Process.get(:"$callers", []),
        parent: info(:parent),
        label: Process.get(:"$process_label")
      },
      limits
    )
  end

  @doc """
  Writes what `describe/1` says of another process, which may have ended. Called by `Escope.Turns` for
  processes without events that messages came by.
  """
  @spec report(Ring.state(), pid) :: term
  def report({_, _, _, _, _, policies} = on, pid) do
    with [_ | _] = info <-
           :erlang.process_info(pid, [:registered_name, :initial_call, :parent, :dictionary]) do
      about = Term.bound(other(info), policies.default.limits)
      Foreign.put(on, :spawn, {pid, Clock.now()}, {nil, nil, nil, nil}, about)
    end
  end

  defp other(info) do
    known = Map.new(info[:dictionary])

    %{
      registered_name: if(info[:registered_name] != [], do: info[:registered_name]),
      initial_call: Map.get(known, :"$initial_call", info[:initial_call]),
      ancestors: Map.get(known, :"$ancestors", []),
      callers: Map.get(known, :"$callers", []),
      parent: info[:parent],
      label: known[:"$process_label"]
    }
  end

  @doc """
  The compiler's processes run probed functions too; that is not the application's work. A macro that
  a rule asked for works nowhere else.
  """
  @spec compiler?() :: boolean
  def compiler?, do: Process.get(:elixir_compiler_info) != nil and Process.get(@expanding) == nil

  @doc "Says that a probed macro runs in this process, or no longer; gives back what was said before."
  @spec expanding(true | nil) :: true | nil
  def expanding(nil), do: Process.delete(@expanding)
  def expanding(true), do: Process.put(@expanding, true)

  # An unregistered process answers with an empty list.
  defp info(item) do
    case :erlang.process_info(self(), item) do
      {^item, value} -> value
      [] -> nil
    end
  end
end
