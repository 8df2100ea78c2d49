defmodule Escope.Samples do
  @moduledoc """
  Which of the processes that were seen `Escope.Sampler` looks at next: once a second so many, one
  after the other. Plain data of the recorder.
  """

  alias Escope.{Encode, Sampler, Session, Watch}

  @every 1_000

  @enforce_keys [:most, :at]
  defstruct @enforce_keys ++ [asked: nil, left: []]

  @type t :: %__MODULE__{
          most: non_neg_integer,
          at: integer,
          asked: reference | nil,
          left: [pid]
        }

  @spec new(non_neg_integer) :: t
  def new(most), do: %__MODULE__{most: most, at: now()}

  @doc "Asks for the next ones, where it is time and the last were answered."
  @spec asked(t, Watch.t()) :: t
  def asked(%{most: most, asked: nil, at: at} = samples, watch) when most > 0 do
    if now() - at >= @every, do: ask(samples, watch), else: samples
  end

  # The sampler was killed with the question, or something keeps it very long.
  def asked(%{most: most, at: at} = samples, _watch) when most > 0,
    do: if(now() - at >= 10 * @every, do: %{samples | asked: nil}, else: samples)

  def asked(samples, _watch), do: samples

  defp ask(samples, watch) do
    all = if samples.left == [], do: Watch.pids(watch), else: samples.left
    {next, left} = Enum.split(all, samples.most)
    ref = make_ref()
    Sampler.ask(ref, next)
    %{samples | asked: ref, left: left, at: now()}
  end

  @doc "The events of an answer."
  @spec events(t, reference, [Sampler.sample()], Session.t()) :: {[Encode.event()], t}
  def events(%{asked: ref} = samples, ref, answer, session) do
    redact = session.settings.redact
    events = for {pid, time, sample} <- answer, do: Encode.sample(pid, time, sample, redact)
    {events, %{samples | asked: nil}}
  end

  def events(samples, _ref, _late, _session), do: {[], samples}

  defp now, do: System.monotonic_time(:millisecond)
end
