defmodule Escope.Trace.Spec do
  @moduledoc """
  What the VM is asked to tell of a call of a function that was not rewritten: a match specification.
  Used by `Escope.Trace`.

  Only the arguments that are asked for are copied to the listener. The message names us, so that a pattern
  can be told from somebody else's, and brings the token of `:seq_trace`, which says within which span
  the call was made, or by whose message.
  """

  alias Escope.Policy

  @tag :"$escope"
  @left_out {:"$escope", :left_out}

  @typedoc "`:enter`: of a function that calls itself without an end, whose stack would grow with what waits for its return."
  @type mode :: :full | :enter

  @type t :: [{term, [], [tuple]}]

  @doc "The specification of a probe for a function of this arity."
  @spec of(integer, arity, Policy.t(), mode) :: t
  def of(id, arity, policy, mode) do
    mode = if policy.leave or policy.raise, do: mode, else: :enter
    {head, args} = args(policy.args, arity)
    message = {:message, {{@tag, mode, id, {:get_seq_token}, args}}}
    [{head, [], if(mode == :full, do: [{:exception_trace}, message], else: [message])}]
  end

  defp args(true, _arity), do: {:_, :"$_"}

  defp args(places, arity) do
    places = if places, do: places, else: []

    args =
      for place <- indices(arity),
          do: if(place in places, do: :"$#{place + 1}", else: {:const, @left_out})

    head = for place <- indices(arity), do: if(place in places, do: :"$#{place + 1}", else: :_)
    {head, args}
  end

  defp indices(0), do: []
  defp indices(arity), do: Enum.to_list(0..(arity - 1))

  @doc "Whether it is one of ours."
  @spec ours?(term) :: boolean
  def ours?([{_head, [], [{:exception_trace}, {:message, {{@tag, _, _, _, _}}}]}]), do: true
  def ours?([{_head, [], [{:message, {{@tag, _, _, _, _}}}]}]), do: true
  def ours?(_other), do: false
end
