defmodule Escope.Label do
  @moduledoc """
  The label of a `:seq_trace` token, which the VM hands on with sends, calls, casts, replies, spawns
  and exits: it names the span that sent. Used by `Escope.Cause` and `Escope.Turn` in the
  application's processes.

  A token that the application has set for itself is left alone.
  """

  @tag :"$escope"
  @kept :"$escope_label"

  @typedoc """
  `:open`: sent within the span. `:turn`: after it, in the same turn, as a reply is. `:over`: after
  it, nobody knows when. `:loop`: a span of which only the entry is known.
  """
  @type state :: :open | :turn | :over | :loop

  @typedoc "`owner` is the span's process, `from` the one that sent the message, which may have handed the label on."
  @type t :: {epoch :: integer, integer, state, owner :: pid, from :: pid}

  @doc "Marks what the process sends from now on."
  @spec write(epoch :: integer, integer, state) :: term
  def write(epoch, span, state) do
    case :seq_trace.get_token(:label) do
      [] -> put(epoch, span, state)
      {:label, {@tag, _, _, _, _}} -> put(epoch, span, state)
      {:label, _of_the_application} -> :ok
    end
  end

  defp put(epoch, span, state),
    do: :seq_trace.set_token(:label, {@tag, epoch, span, state, self()})

  @doc "What the process was given last; nil where it holds no token, `:other` where that is none of ours."
  @spec read() :: t | :other | nil
  def read do
    case :seq_trace.get_token() do
      [] -> nil
      {_, {@tag, epoch, span, state, owner}, _, from, _} -> {epoch, span, state, owner, from}
      _of_the_application -> :other
    end
  end

  @doc "Keeps what `read/0` says now, for the first span of a process, which is announced before."
  @spec keep() :: term
  def keep, do: Process.put(@kept, read())

  @doc "What was kept."
  @spec kept() :: t | :other | nil
  def kept, do: Process.delete(@kept)

  @doc "Takes our label away: what the process sends from now on has no cause."
  @spec clear() :: term
  def clear do
    case :seq_trace.get_token(:label) do
      {:label, {@tag, _, _, _, _}} -> :seq_trace.set_token([])
      _ -> :ok
    end
  end

  @doc "Runs `work` without a token, and gives the process back the one that it had."
  @spec without((() -> result)) :: result when result: term
  def without(work) do
    token = :seq_trace.set_token([])
    result = work.()
    :seq_trace.set_token(token)
    result
  end
end
