defmodule Escope.Trace.Sessions do
  @moduledoc """
  Tracing in a session of its own, which OTP has from 27 on: other tracers neither see it nor are seen by it. Used by
  `Escope.Trace`; what it does not know is `Escope.Trace.Shared`'s.
  """

  @flags [:call, :arity, :monotonic_timestamp]

  @type t :: {:session, term, listener :: pid}

  @spec available?() :: boolean
  def available?,
    do: Code.ensure_loaded?(:trace) and function_exported?(:trace, :session_create, 3)

  @doc "Whether tracing may begin."
  @spec free?() :: boolean
  def free?, do: true

  @doc "Opens a session, whose messages `listener` gets, of all processes but `but`."
  @spec open(pid, [pid]) :: {t, left :: non_neg_integer}
  def open(listener, but) do
    session = apply(:trace, :session_create, [:escope, listener, []])
    apply(:trace, :process, [session, :all, true, @flags])
    for pid <- but, do: quietly(fn -> apply(:trace, :process, [session, pid, false, @flags]) end)
    {{:session, session, listener}, 0}
  end

  @spec take(t, mfa, Escope.Trace.Spec.t()) :: :ok | :taken
  def take({:session, session, _}, mfa, spec) do
    apply(:trace, :function, [session, mfa, spec, [:local]])
    :ok
  end

  @spec release(t, mfa) :: term
  def release({:session, session, _}, mfa),
    do: quietly(fn -> apply(:trace, :function, [session, mfa, false, [:local]]) end)

  @doc "Nobody has to be left room for."
  @spec disturbs?(t) :: false
  def disturbs?(_session), do: false

  @spec close(t, [mfa]) :: term
  def close({:session, session, _}, _mfas),
    do: quietly(fn -> apply(:trace, :session_destroy, [session]) end)

  defp quietly(work) do
    work.()
  catch
    _, _ -> nil
  end
end
