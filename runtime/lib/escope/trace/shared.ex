defmodule Escope.Trace.Shared do
  @moduledoc """
  Tracing before OTP 27, where a process has one tracer, and a function one pattern, for all. Used by `Escope.Trace`.

  What another tracer has is left to it: processes, functions, and what it wants of new processes. Where
  one comes later, everything is given back.
  """

  alias Escope.Trace.Spec

  @flags [:call, :arity, :monotonic_timestamp]
  # Under these names the tracers of OTP and of recon work.
  @others [:dbg, :ttb, :recon_trace_tracer, :recon_trace_formatter]

  @type t :: {:shared, listener :: pid, new :: boolean}

  @doc "Whether nobody else is about to trace, who would find the processes taken."
  @spec free?() :: boolean
  def free?, do: not Enum.any?(@others, &Process.whereis/1)

  @doc "Traces all processes that nobody traces, but for `but`; `left`: how many are another's."
  @spec open(pid, [pid]) :: {t, left :: non_neg_integer}
  def open(listener, but) do
    new = untraced?(:new_processes) and traced?(:new_processes, listener)
    others = Process.list() -- [listener | but]

    left =
      Enum.count(others, &(not (untraced?(&1) and traced?(&1, listener)) and Process.alive?(&1)))

    {{:shared, listener, new}, left}
  end

  defp untraced?(which), do: :erlang.trace_info(which, :tracer) in [{:tracer, []}, :undefined]

  # In between it may have ended, or been taken by another.
  defp traced?(which, listener) do
    :erlang.trace(which, true, [{:tracer, listener} | @flags]) >= 0
  catch
    :error, :badarg -> false
  end

  @doc "`:taken` where it has a pattern that is none of ours."
  @spec take(t, mfa, Spec.t()) :: :ok | :taken
  def take(_shared, mfa, spec) do
    case :erlang.trace_info(mfa, :all) do
      {:all, false} -> put(mfa, spec)
      {:all, about} -> if ours?(about), do: put(mfa, spec), else: :taken
      _ -> :ok
    end
  end

  defp put(mfa, spec) do
    :erlang.trace_pattern(mfa, spec, [:local])
    :ok
  end

  defp ours?(about) do
    about[:traced] == false or Spec.ours?(about[:match_spec])
  end

  @spec release(t, mfa) :: term
  def release(_shared, mfa) do
    with {:match_spec, spec} <- :erlang.trace_info(mfa, :match_spec),
         true <- Spec.ours?(spec),
         do: :erlang.trace_pattern(mfa, false, [:local])
  end

  @doc "Whether somebody else has come meanwhile."
  @spec disturbs?(t) :: boolean
  def disturbs?({:shared, listener, new}) do
    not free?() or
      (new and :erlang.trace_info(:new_processes, :tracer) != {:tracer, listener})
  end

  @spec close(t, [mfa]) :: term
  def close({:shared, listener, _new}, mfas) do
    Enum.each(mfas, &release(nil, &1))
    Enum.each([:new_processes | Process.list()], &free(&1, listener))
  end

  defp free(which, listener) do
    if :erlang.trace_info(which, :tracer) == {:tracer, listener},
      do: :erlang.trace(which, false, [{:tracer, listener} | @flags])
  catch
    :error, :badarg -> nil
  end
end
