defmodule Escope.Live.Hooks do
  @moduledoc """
  Which hooks a LiveView has, by stage. Called by `Escope.Context` in the application's processes, when
  they have changed; needs no LiveView.
  """

  alias Escope.{Limits, Term}

  # More than anybody attaches.
  @most 50
  @limits %Limits{total: 400, bytes: 200, depth: 3}

  @typedoc "`function` is module, name and arity as the compiler has them."
  @type hook :: %{id: term, function: {module, atom, arity} | nil}

  @doc "The hooks of each stage that has some; nil where the LiveView does not say."
  @spec by_stage(term) :: %{atom => [hook]} | nil
  def by_stage(%{__struct__: _} = lifecycle) do
    for {stage, [_ | _] = hooks} <- Map.from_struct(lifecycle),
        into: %{},
        do: {stage, hooks |> Enum.take(@most) |> Enum.map(&hook/1)}
  end

  def by_stage(_lifecycle), do: nil

  defp hook(%{id: id, function: function}),
    do: %{id: Term.bound(id, @limits), function: name(function)}

  defp hook(other), do: %{id: Term.bound(other, @limits), function: nil}

  defp name(function) when is_function(function) do
    info = &elem(:erlang.fun_info(function, &1), 1)
    {info.(:module), info.(:name), info.(:arity)}
  end

  defp name(_other), do: nil
end
