defmodule Escope.Turn do
  @moduledoc """
  What a process does for one message: from taking it to being ready for the next. `note/3` is a
  `:sys` debug function, which `Escope.Turns` installs; the rest is called by `Escope.Cause`. All of
  it runs in the application's processes.

  A label alone does not say whether it came with the message at hand: those of timers, monitors and
  ports bring none, and the last one stays. Here the label is read before anything else runs, and
  taken away when the turn is over.
  """

  alias Escope.{Cause, Label, Ring}
  alias Escope.Live.Changes

  @key :"$escope_turn"
  @postponed :"$escope_postponed"
  # Postponed events of a process whose causes are remembered.
  @most 64

  @typedoc """
  `:taken`: nothing was recorded yet in this turn. `:works`: its first and its latest outermost span,
  and what caused the first. `:rests`: it is over.
  """
  @type t ::
          {:taken, Label.t() | :other | nil, message :: term}
          | {:works, integer, integer, integer | nil}
          | {:rests, integer | nil, :server | :statem}

  @doc "Hears what `gen_server` and `gen_statem` tell; `epoch` is the recording's. Forgets itself after that."
  @spec note(integer, term, term) :: integer | :done
  def note(epoch, event, _name) do
    case Ring.state() do
      {^epoch, _, _, _, _, _} = on ->
        Changes.heard(on, event)
        heard(epoch, event)

      _ ->
        over()
    end
  catch
    _, _ -> over()
  end

  defp over do
    Process.delete(@key)
    Process.delete(@postponed)
    Label.clear()
    :done
  end

  defp heard(epoch, {:in, message}), do: take(epoch, message)
  defp heard(epoch, {:noreply, _}), do: rest(epoch, :server)
  defp heard(epoch, {:out, _, _, _}), do: rest(epoch, :server)

  # A `gen_statem` says the same of events that its callback puts into the queue.
  defp heard(epoch, {:in, event, _state}) do
    case now(epoch) do
      {:rests, _, _} -> take(epoch, message(event))
      nil -> take(epoch, message(event))
      _inserted -> epoch
    end
  end

  defp heard(epoch, {:consume, event, _, _}) do
    if events = Process.get(@postponed),
      do: Process.put(@postponed, List.keydelete(events, event, 0))

    rest(epoch, :statem)
  end

  defp heard(epoch, {:postpone, event, _, _}) do
    postpone(event, now(epoch), epoch)
    rest(epoch, :statem)
  end

  defp heard(epoch, _other), do: epoch

  defp take(epoch, message) do
    Process.put(@key, {epoch, {:taken, Label.read(), message}})
    epoch
  end

  # As a `gen_server` would have been given it.
  defp message({:cast, request}), do: {:"$gen_cast", request}
  defp message({{:call, from}, request}), do: {:"$gen_call", from, request}
  defp message({:info, message}), do: message
  defp message({_timeout, _content}), do: :timeout

  defp rest(epoch, kind) do
    Label.clear()
    Process.put(@key, {epoch, {:rests, latest(now(epoch)), kind}})
    epoch
  end

  defp latest({:works, _first, latest, _cause}), do: latest
  defp latest({:rests, latest, _kind}), do: latest
  defp latest(_taken), do: nil

  # What comes again was caused by what caused it at first.
  defp postpone(event, {:works, _, _, cause}, _epoch), do: remember(event, cause)

  defp postpone(event, {:taken, _, _} = turn, epoch),
    do: remember(event, elem(Cause.taken(epoch, turn), 0))

  defp postpone(_again, _turn, _epoch), do: :ok

  defp remember(event, cause) do
    events = [{event, cause} | Process.get(@postponed, [])]
    Process.put(@postponed, Enum.take(events, @most))
  end

  @doc "What caused an event that was postponed."
  @spec postponed(term) :: {:ok, integer | nil} | :error
  def postponed(event) do
    case List.keyfind(Process.get(@postponed, []), event, 0) do
      {_, cause} -> {:ok, cause}
      nil -> :error
    end
  end

  @doc "The turn that the process is in, nil where it is not told."
  @spec now(integer) :: t | nil
  def now(epoch) do
    case Process.get(@key) do
      {^epoch, turn} -> turn
      _ -> nil
    end
  end

  @doc "Notes an outermost span."
  @spec opened(integer, integer, integer | nil) :: term
  def opened(epoch, span, cause) do
    case now(epoch) do
      nil -> nil
      {:taken, _, _} -> Process.put(@key, {epoch, {:works, span, span, cause}})
      {:works, first, _, cause} -> Process.put(@key, {epoch, {:works, first, span, cause}})
      # Between two turns, or the debug function was taken away.
      {:rests, _, kind} -> Process.put(@key, {epoch, {:rests, span, kind}})
    end
  end

  @doc "How what the process sends after an outermost span is marked."
  @spec after_span(integer) :: Label.state()
  def after_span(epoch) do
    case now(epoch) do
      {:works, _, _, _} -> :turn
      _ -> :over
    end
  end

  @doc "A turn begins that is no message's: a request of HTTP."
  @spec begin(integer, map) :: term
  def begin(epoch, about) do
    Label.clear()
    Process.put(@key, {epoch, {:taken, nil, {@key, about}}})
  end

  @doc "It is over, and what follows is not told."
  @spec finish() :: term
  def finish do
    Label.clear()
    Process.delete(@key)
  end

  @doc "What a message that nothing in this VM has caused says of itself, nil where it is none."
  @spec root(term) :: map | nil
  def root({@key, about}), do: about

  def root(%{__struct__: Phoenix.Socket.Message, topic: topic, event: event} = message) do
    %{
      kind: :browser,
      topic: topic,
      event: event,
      join_ref: Map.get(message, :join_ref),
      ref: Map.get(message, :ref)
    }
  end

  def root(_message), do: nil
end
