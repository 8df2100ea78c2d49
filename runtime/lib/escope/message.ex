defmodule Escope.Message do
  @moduledoc """
  What is told of the message that an outermost span answers: an event `receive` before its `enter`,
  as docs/recording.md has it. Made by `Escope.Cause` in the application's processes, encoded by the
  recorder.
  """

  @typedoc """
  `label` is that of a span which did not send the message itself, or did in another VM: who reads
  the recording finds out what that says. Times are native.
  """
  @type t ::
          {:receive,
           {received :: integer | nil, label :: {integer | nil, integer, :open | :over} | nil,
            via :: pid | nil, root :: map | nil}}

  @doc "Sent by the span that is the cause."
  @spec sent(integer | nil) :: t | nil
  def sent(nil), do: nil
  def sent(received), do: {:receive, {received, nil, nil, nil}}

  @doc "Nothing in this VM has caused it."
  @spec root(integer | nil, map) :: t
  def root(received, about), do: {:receive, {received, nil, nil, about}}

  @doc "It came with the label of a span, by `via`; `epoch` is another VM's, or nil."
  @spec handed_on(integer | nil, integer | nil, integer, Escope.Label.state(), pid | nil) :: t
  def handed_on(received, epoch, span, state, via) do
    state = if state in [:open, :loop], do: :open, else: :over
    {:receive, {received, {epoch, span, state}, via, nil}}
  end

  # What it weighs in a ring, about.
  @cost 200

  @doc "Puts the event before others."
  @spec before(t | nil, Escope.State.notes()) :: Escope.State.notes()
  def before(nil, notes), do: notes
  def before(note, nil), do: {@cost, [note]}
  def before(note, {cost, notes}), do: {cost + @cost, [note | notes]}

  @doc "The payload, with the time as everywhere in a recording."
  @spec payload(tuple) :: tuple
  def payload({nil, _label, _via, _root} = content), do: content

  def payload({received, label, via, root}),
    do: {System.convert_time_unit(received, :native, :nanosecond), label, via, root}
end
