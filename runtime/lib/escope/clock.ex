defmodule Escope.Clock do
  @moduledoc """
  The clock of a recording: that of the operating system which only goes forward. Read in the
  application's processes at every event, where it costs a third of what Erlang's own does
  (`:erlang.monotonic_time/0`), which is that clock, corrected towards the time of day.
  """

  @doc "Now, in a unit of its own."
  @spec now() :: integer
  def now, do: :os.perf_counter()

  @doc "A point in time, or the difference of two, in nanoseconds."
  @spec nanoseconds(integer) :: integer
  def nanoseconds(time), do: :erlang.convert_time_unit(time, :perf_counter, :nanosecond)

  @doc "A point in time that Erlang's clock has, in nanoseconds: as this one would have it."
  @spec of_erlang(integer) :: integer
  def of_erlang(time) do
    {now, erlang} = both(3)
    now - :erlang.convert_time_unit(erlang - time, :nanosecond, :perf_counter)
  end

  # Read again where much came between.
  defp both(tries) do
    before = now()
    erlang = :erlang.monotonic_time(:nanosecond)
    took = now() - before

    if tries > 0 and nanoseconds(took) > 2_000,
      do: both(tries - 1),
      else: {before + div(took, 2), erlang}
  end
end
