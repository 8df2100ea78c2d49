defmodule Escope.Message do
  @moduledoc """
  What is told of the message that an outermost span answers: an event `receive` before its `enter`,
  as docs/recording.md has it, where its cause does not say all. Made by `Escope.Cause` in the
  application's processes.
  """

  @typedoc """
  `label` is that of a span which did not send the message itself, or did in another VM: who reads
  the recording finds out what that says.
  """
  @type t ::
          {:receive,
           {label :: {integer | nil, integer, :open | :over} | nil, via :: pid | nil,
            root :: map | nil}}

  @doc "Nothing in this VM has caused it."
  @spec root(map) :: t
  def root(about), do: {:receive, {nil, nil, about}}

  @doc "It came with the label of a span, by `via`; `epoch` is another VM's, or nil."
  @spec handed_on(integer | nil, integer, Escope.Label.state(), pid | nil) :: t
  def handed_on(epoch, span, state, via) do
    state = if state in [:open, :loop], do: :open, else: :over
    {:receive, {{epoch, span, state}, via, nil}}
  end

  # What it weighs in a ring, about.
  @cost 200

  @doc "Puts the event before others."
  @spec before(t | nil, Escope.State.notes()) :: Escope.State.notes()
  def before(nil, notes), do: notes
  def before(note, nil), do: {@cost, [note]}
  def before(note, {cost, notes}), do: {cost + @cost, [note | notes]}
end
