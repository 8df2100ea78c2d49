defmodule Escope.Snapshot do
  @moduledoc """
  What a process is and holds at this moment. Called by `Escope.snapshot/2`, in its caller's process.

  What is shown is bounded and without secrets, as in a recording.
  """

  alias Escope.{Limits, Redact, Settings, Term}
  alias Escope.Live.Tree

  @items [
    :registered_name,
    :initial_call,
    :current_function,
    :current_stacktrace,
    :status,
    :message_queue_len,
    :memory,
    :reductions,
    :links,
    :monitors,
    :trap_exit,
    :parent
  ]
  # As `Escope.State.Patch` has it: a state is looked at for its own sake.
  @total 64_000

  @servers [:gen_server, :gen_statem, :gen_event]

  @type t :: %{
          pid: pid,
          info: map,
          state: {:ok, term} | {:error, :timeout | :not_a_server | atom},
          live_view: map | nil
        }

  @spec take(pid, keyword) :: {:ok, t} | {:error, :not_alive | :not_local}
  def take(pid, _options) when node(pid) != node(), do: {:error, :not_local}

  def take(pid, options) do
    case info(pid) do
      nil -> {:error, :not_alive}
      info -> {:ok, taken(pid, info, options)}
    end
  end

  defp taken(pid, info, options) do
    limits = %{Limits.new(options[:limits] || []) | total: @total}
    redact = Settings.redact(options)
    state = state(pid, info, Keyword.get(options, :timeout, 1_000))

    %{
      pid: pid,
      info: shown(info, limits, redact),
      state: with({:ok, state} <- state, do: {:ok, shown(state(state), limits, redact)}),
      live_view:
        with({:ok, state} <- state, do: live_view(state, limits, redact), else: (_ -> nil))
    }
  end

  defp info(pid) do
    with info when info != nil <- Process.info(pid, items()) do
      {initial, dictionary} = described(pid, Map.new(info))

      info
      |> Map.new()
      |> Map.merge(dictionary)
      |> Map.put(:initial_call, initial)
      |> Map.update!(:registered_name, &if(&1 == [], do: nil, else: &1))
    end
  end

  # Of the dictionary only these: what else is in it is the application's.
  defp described(pid, info) do
    dictionary = with {_, entries} <- Process.info(pid, :dictionary), do: Map.new(entries)
    dictionary = dictionary || %{}
    known = [ancestors: :"$ancestors", callers: :"$callers", label: :"$process_label"]

    {Map.get(dictionary, :"$initial_call", info.initial_call),
     Map.new(known, fn {name, key} -> {name, Map.get(dictionary, key)} end)}
  end

  # Since OTP 25.
  defp items do
    if String.to_integer(System.otp_release()) >= 25, do: @items, else: @items -- [:parent]
  end

  # A system message that nobody reads would stay in the process's mailbox.
  defp state(pid, info, timeout) do
    if server?(pid, info), do: Tree.state(pid, timeout), else: {:error, :not_a_server}
  end

  defp server?(pid, _info) when pid == self(), do: false
  defp server?(_pid, %{ancestors: ancestors}) when not is_list(ancestors), do: false

  defp server?(_pid, %{initial_call: call, current_stacktrace: stack}) do
    case call do
      {_module, :init, 1} -> true
      {_view, :mount, 3} -> true
      {_channel, :join, 3} -> true
      {:supervisor, _module, 1} -> true
      # An agent says what it was started with.
      _ -> Enum.any?(stack, &loop?/1)
    end
  end

  defp loop?({module, function, _arity, _place}) when module in @servers,
    do: function not in [:call, :cast, :send_request, :multi_call]

  defp loop?(_frame), do: false

  defp state(%{socket: %{__struct__: Phoenix.LiveView.Socket} = socket}), do: socket
  defp state(state), do: state

  defp live_view(state, limits, redact) do
    with %{} = about <- Tree.about(state) do
      assigns = Tree.shown(state.socket.assigns)
      components = Enum.map(Tree.components(state), &component(&1, limits, redact))
      Map.merge(about, %{assigns: shown(assigns, limits, redact), components: components})
    end
  end

  defp component(component, limits, redact) do
    %{
      component
      | assigns: shown(component.assigns, limits, redact),
        children: Enum.map(component.children, &component(&1, limits, redact))
    }
  end

  # Through the encoding, as a recording: what hides secrets there hides them here.
  defp shown(term, limits, redact),
    do: term |> Term.bound(limits) |> Redact.encode(redact) |> :erlang.binary_to_term()
end
