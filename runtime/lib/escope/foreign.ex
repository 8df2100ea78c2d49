defmodule Escope.Foreign do
  @moduledoc """
  Puts events of other processes into the rings. Used by `Escope.Origin` and `Escope.Trace`, each in processes of
  the runtime.

  Such an event has no number among those that its process writes itself: 0.
  """

  alias Escope.{Probe, Ring}

  @typedoc "What it belongs to. The span `:new` makes one."
  @type place ::
          {Probe.id() | nil, integer | :new | nil, parent :: integer | nil,
           cause :: integer | nil}

  @doc "Gives back the span and its parent. `cost`: about how many bytes the payload holds, 0 where that is little."
  @spec put(
          Ring.state(),
          atom,
          {pid, time :: integer},
          place,
          payload :: term,
          non_neg_integer
        ) ::
          {integer | nil, integer | nil}
  def put(on, kind, {pid, time}, {id, span, parent, cause}, payload, cost \\ 0) do
    {_, index} = place = Ring.claim(on)
    span = if span == :new, do: Ring.span(on, place), else: span
    if cost > 0, do: Ring.weigh(on, place, cost)
    notes = if cost > 0, do: {cost, []}
    slot = Ring.slot(on, place)
    event = {slot, index, kind, 0, time, pid, id, span, parent, cause, payload, notes}
    Ring.insert(on, place, event)
    {span, parent}
  end
end
