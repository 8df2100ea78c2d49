defmodule Escope.Emit do
  @moduledoc """
  Writes events into the rings. Called by `Escope.Probe` in the application's processes; may raise,
  its caller bears that.

  What a process remembers is one entry of its dictionary: the recording, the open span and how
  many events it has written.
  """

  alias Escope.{
    Cause,
    Clock,
    Counts,
    Label,
    Message,
    Origin,
    Policies,
    Policy,
    Probe,
    Ring,
    State
  }

  alias Escope.{Term, Timers, Turn, Turns, Watch}

  alias Escope.Live.Changes

  import Bitwise, only: [&&&: 2]

  @key :"$escope"

  @compile {:inline, remember: 1, remembered: 0}

  @typedoc """
  `entry` is what is still to be written of a span's beginning: its time, name and arguments. Of a span
  that arms a timer, it says which. `held`: see `Escope.Conditions`; `:later` where the end decides.
  """
  @type opened ::
          {epoch :: pos_integer, span :: integer, parent :: integer | nil,
           entry ::
             {integer, Probe.fun_name(), [term] | nil, held :: true | :later | pos_integer}
             | {:arms, Timers.id()}
             | nil}

  @doc "Opens a span: the process's further events lie within it. Nil where nothing is recorded."
  @spec open(Ring.state(), Probe.id(), Probe.fun_name(), [term] | nil) :: opened | nil
  def open(on, id, fun_name, args) do
    policy = policy(on, id)

    with held when held != false <- noted(admitted(on, policy, args), policy, id),
         {epoch, parent, seq} <- process(on) do
      if policy.enter and held != :later do
        {span, seq} = entered(on, policy, id, {fun_name, args, held}, parent, seq)
        remember({epoch, span, seq})
        Cause.set(epoch, span, :open)
        {epoch, span, parent, arms(fun_name, args, span)}
      else
        # Has no place in a ring yet: places that stay empty are waited for.
        span = -:erlang.unique_integer([:positive])
        remember({epoch, span, seq})
        {epoch, span, parent, {Clock.now(), fun_name, args, held}}
      end
    else
      _ -> nil
    end
  end

  @doc "Notes an entry without a span that would have to be closed."
  @spec touch(Ring.state(), Probe.id(), Probe.fun_name(), [term] | nil) :: term
  def touch(on, id, fun_name, args) do
    policy = policy(on, id)

    with held when held != false <-
           noted(policy.enter and admitted(on, policy, args, :none), policy, id),
         {epoch, parent, seq} <- process(on) do
      {span, seq} = entered(on, policy, id, {fun_name, args, held}, parent, seq)
      remember({epoch, parent, seq})
      Cause.set(epoch, span, :loop)
    end
  end

  @doc "Notes a value."
  @spec mark(Ring.state(), Probe.id(), term) :: term
  def mark(on, id, value) do
    policy = policy(on, id)

    with held when held != false <- admitted(on, policy, [], known(value)),
         {_, _, _} = process <- process(on),
         do: marked(on, id, process, with_held(State.result(on, policy, value, false), held))
  end

  @doc "Notes what a local variable is bound to, where the call that it belongs to is recorded."
  @spec local(Ring.state(), Probe.id(), atom, term, pos_integer | nil) :: term
  def local({_, _, _, _, _, policies} = on, id, name, value, line) do
    policy = policy(on, id)

    with true <- policy.on and Policies.process?(policies),
         held when held != false <- last(policy, id),
         true <- room?(on),
         {_, _, _} = process <- process(on),
         {value, notes} <- State.value(on, policy, value),
         do: marked(on, id, process, with_held({{@key, :local, name, value, line}, notes}, held))
  end

  # What stands for a value that nobody waited for.
  defp known({@key, :left_out}), do: :none
  defp known(value), do: {:value, value}

  defp with_held({content, notes}, held) when is_integer(held),
    do: {{@key, :held, held, content}, notes}

  defp with_held(content, _held), do: content

  @doc "Notes what somebody has to say, whatever is switched off."
  @spec said(Ring.state(), String.t(), term) :: term
  def said({_, _, _, _, _, %{default: %{limits: limits}}} = on, text, metadata) do
    {[text, metadata], cost} = Term.weighed_args([text, metadata], limits)
    notes = if cost > 0, do: {cost, []}

    with true <- room?(on),
         {_, _, _} = process <- process(on),
         do: marked(on, nil, process, {{@key, :said, text, metadata}, notes})
  end

  defp marked(on, id, {epoch, parent, seq}, {value, notes}) do
    place = Ring.claim(on)
    time = Clock.now()
    seq = next(seq, notes)
    put(on, place, :mark, seq, time, id, Ring.span(on, place), parent, nil, value, notes)
    remember({epoch, parent, seq})
  end

  @doc "Notes what belongs to a span, open or not, or to none. `cost`: about how many bytes it holds."
  @spec tell(Ring.state(), atom, Probe.id() | nil, integer | nil, term, non_neg_integer) :: term
  def tell(on, kind, id, span, payload, cost \\ 0) do
    with true <- room?(on), {epoch, open, seq} <- process(on) do
      place = Ring.claim(on)
      time = Clock.now()
      notes = if cost > 0, do: {cost, []}
      put(on, place, kind, seq + 1, time, id, span, nil, nil, payload, notes)
      remember({epoch, open, seq + 1})
    end
  end

  @doc "What follows is a span's work, although that has been left; `without/3` undoes it."
  @spec within(Ring.state(), integer) :: {:open, integer | nil} | nil
  def within(on, span) do
    with {epoch, open, seq} <- process(on) do
      remember({epoch, span, seq})
      Cause.set(epoch, span, :open)
      {:open, open}
    end
  end

  @spec without(Ring.state(), integer, integer | nil) :: term
  def without(on, span, open) do
    {epoch, _, seq} = remembered()
    remember({epoch, open, seq})
    if epoch == elem(on, 0), do: over(epoch, {epoch, span, open, nil})
  end

  defp next(seq, nil), do: seq + 1
  defp next(seq, {_cost, notes}), do: seq + length(notes) + 1

  # Whether a call of the probe was recorded, where not all are: its variables need to know. Of a
  # function that calls itself, the latest call counts.
  defp noted(admitted, %{condition: nil, sample: nil, window: nil}, _id), do: admitted

  defp noted(admitted, _policy, id) do
    Process.put({@key, id}, admitted)
    admitted
  end

  defp last(%{condition: nil, sample: nil, window: nil}, _id), do: true
  defp last(_policy, id), do: Process.get({@key, id}, false)

  @doc "Closes a span with its result."
  @spec leave(Ring.state(), Probe.id(), opened, term) :: term
  def leave(on, id, opened, result) do
    time = Clock.now()
    with {_, _, _, {:arms, timer}} <- opened, do: Timers.armed(timer, result)
    policy = policy(on, id)

    case policy.leave && settled(on, policy, opened, {:value, result}) do
      false -> forget(on, opened)
      opened -> close(on, policy, :leave, id, opened, time, recorded(on, policy, opened, result))
    end
  end

  # A span of which the end decides whether there is one.
  defp settled(on, policy, {epoch, span, parent, {time, fun_name, args, :later}}, value) do
    case Policy.admits(policy, args, value, elem(on, 4)) do
      false -> false
      held -> {epoch, span, parent, {time, fun_name, args, held}}
    end
  end

  defp settled(_on, _policy, opened, _value), do: opened

  # Of an earlier recording: nothing is known of its states.
  defp recorded({epoch, _, _, _, _, _} = on, policy, {epoch, _, parent, _}, result),
    do: State.result(on, policy, result, parent == nil)

  defp recorded(_on, _policy, _opened, _result), do: nil

  @doc "Closes a span with an exception."
  @spec raised(Ring.state(), Probe.id(), opened, {atom, term, list}) :: term
  def raised(on, id, opened, {class, reason, stack}) do
    time = Clock.now()
    policy = policy(on, id)

    meant = policy.raise && settled(on, policy, opened, :none)

    if meant do
      {reason, cost} = Term.weighed(reason, policy.limits)
      {stack, cost} = Enum.map_reduce(stack, cost, &frame(&1, &2, policy))
      notes = if cost > 0, do: {cost, []}
      close(on, policy, :raise, id, meant, time, {{class, reason, stack}, notes})
    else
      forget(on, opened)
    end
  end

  defp policy({_, _, _, _, _, policies}, id), do: Policies.of(policies, id)

  defp admitted({_, _, _, _, counts, policies} = on, policy, args, value \\ :unknown) do
    case Policy.admits(policy, args, value, counts) do
      false -> false
      held -> Policies.process?(policies) and room?(on) and held
    end
  end

  defp room?({_, _, _, _, counts, _} = on),
    do: Ring.room?(on) or Counts.add(counts, :refused) != :ok

  defp entered({epoch, _, _, _, _, _} = on, policy, id, {fun_name, args, held}, parent, seq) do
    {cause, message} = caused(epoch, fun_name, args, parent, seq)
    {args, notes} = State.args(on, policy, args, parent == nil)
    notes = Message.before(message, notes)
    place = Ring.claim(on)
    span = Ring.span(on, place)
    time = Clock.now()
    if parent == nil, do: Turn.opened(epoch, span, cause)
    seq = next(seq, notes)
    content = content(fun_name, args, held)
    put(on, place, :enter, seq, time, id, span, parent, cause, content, notes)
    {span, seq}
  end

  defp content(fun_name, args, held) when is_integer(held), do: {fun_name, args, held}
  defp content(fun_name, args, _held), do: {fun_name, args}

  # The first event of a process is that of its being seen.
  defp caused(epoch, fun_name, args, nil, seq), do: Cause.of(epoch, fun_name, args, seq == 1)
  defp caused(_epoch, _fun_name, _args, _parent, _seq), do: {nil, nil}

  # The span is closed even where writing fails: what follows does not lie within it.
  defp close(
         {epoch, _, _, _, _, _} = on,
         policy,
         kind,
         id,
         {epoch, _, parent, _} = opened,
         time,
         {payload, notes}
       ) do
    {_, _, seq} = remembered()
    seq = on |> announced(policy, id, opened, seq) |> next(notes)
    remember({epoch, parent, seq})
    put(on, Ring.claim(on), kind, seq, time, id, elem(opened, 1), parent, nil, payload, notes)
    over(epoch, opened)
  end

  # Opened in an earlier recording.
  defp close(_on, _policy, _kind, _id, _opened, _time, _payload), do: nil

  defp announced(on, policy, id, {_, span, parent, {time, fun_name, args, held}}, seq) do
    content = content(fun_name, State.late(policy, args), held)
    put(on, Ring.claim(on), :enter, seq + 1, time, id, span, parent, nil, content, nil)
    seq + 1
  end

  defp announced(_on, _policy, _id, _opened, seq), do: seq

  defp forget({epoch, _, _, _, _, _}, {epoch, _, parent, _} = opened) do
    {_, _, seq} = remembered()
    remember({epoch, parent, seq})
    over(epoch, opened)
  end

  defp forget(_on, _opened), do: nil

  # A span whose beginning was put off sends in the name of the one around it.
  defp over(_epoch, {_, _, _, {_, _, _, _}}), do: nil
  defp over(epoch, {_, span, nil, _}), do: Cause.set(epoch, span, Turn.after_span(epoch))
  defp over(epoch, {_, _, parent, _}), do: Cause.set(epoch, parent, :open)

  defp arms(fun_name, args, span) do
    if timer = Timers.arming(fun_name, args, span), do: {:arms, timer}
  end

  # Not by `Process`, which is a call more, at each step of each event.
  defp remember(known), do: :erlang.put(@key, known)
  defp remembered, do: :erlang.get(@key)

  defp process({epoch, _, _, _, _, _} = on) do
    case remembered() do
      {^epoch, span, _seq} = known when span != nil -> known
      known -> unless Origin.compiler?(), do: known(known, on, epoch)
    end
  end

  defp known({epoch, nil, _seq} = known, _on, epoch), do: known
  defp known(_other, on, epoch), do: first(on, epoch)

  defp first({_, _, _, _, counts, policies} = on, epoch) do
    # Before anything is sent from here.
    Label.keep()
    origin = Origin.describe(policies.default.limits)
    put(on, Ring.claim(on), :spawn, 1, Clock.now(), nil, nil, nil, nil, origin, nil)
    Watch.announce(counts)
    Turns.watch()
    Changes.watch()
    {epoch, nil, 1}
  end

  defp put(on, {_, index} = place, kind, seq, time, id, span, parent, cause, payload, notes) do
    with {cost, _notes} <- notes, do: Ring.weigh(on, place, cost)
    slot = index &&& elem(on, 3)

    Ring.insert(
      on,
      place,
      {slot, index, kind, seq, time, self(), id, span, parent, cause, payload, notes}
    )
  end

  # The location holds a file name, which is a list of characters: it is no data to be cut.
  # Arguments that are left out stand in no frame either: what raised may have been called with them.
  defp frame({module, function, args, location}, cost, %{args: wanted})
       when is_list(args) and wanted != true,
       do: {{module, function, length(args), place(location)}, cost}

  defp frame({module, function, args, location}, cost, %{limits: limits}) when is_list(args) do
    {args, spent} = Term.weighed_args(args, limits)
    {{module, function, args, place(location)}, cost + spent}
  end

  defp frame({module, function, arity, location}, cost, _policy),
    do: {{module, function, arity, place(location)}, cost}

  defp frame(other, cost, %{limits: limits}), do: {Term.bound(other, limits), cost}

  defp place(location), do: Keyword.take(location, [:file, :line])
end
