defmodule Bench.Measure do
  @moduledoc """
  What a call costs, in the process that makes it and, with everything that it leads to until it is
  stored, in CPU time of the whole VM.
  """

  @type cost :: {clock_ns :: float, cpu_ns :: float}

  @doc """
  Runs `round` in a process of its own, `rounds` times; it makes `calls` calls and says how long they took. `settle`
  waits until what they lead to is done. The median of clocks, for other processes run too, and the mean of CPU times.
  """
  @spec rounds(pos_integer, pos_integer, (() -> term), (() -> integer)) :: cost
  def rounds(rounds, calls, settle, round) do
    settle.()
    start = cpu()

    clocks =
      for _ <- 1..rounds do
        took = round |> Task.async() |> Task.await(:infinity)
        settle.()
        took / calls
      end

    {Enum.at(Enum.sort(clocks), div(rounds, 2)), 1.0e6 * (cpu() - start) / (rounds * calls)}
  end

  @doc "Records while `work` runs; it is given what waits until all is written."
  @spec recorded(String.t(), ((() -> term) -> result)) :: result when result: term
  def recorded(policies, work) do
    folder = Path.join(System.tmp_dir!(), "escope-bench-#{System.pid()}")
    file = folder <> ".terms"
    File.write!(file, policies)
    :ok = Escope.start(record: folder, policies: file)
    result = work.(&Escope.flush/0)
    %{drops: drops} = Escope.status()
    if drops != %{}, do: raise("not everything was recorded: #{inspect(drops)}")
    Escope.stop()
    File.rm_rf!(folder)
    File.rm!(file)
    result
  end

  @doc "A row of a table."
  @spec line(String.t(), [{String.t(), cost}], [{String.t(), number}]) :: :ok
  def line(name, costs, ratios) do
    cells =
      for {what, {clock, cpu}} <- costs do
        clock = String.pad_leading(Integer.to_string(round(clock)), 7)
        "#{what} #{clock} ns (cpu #{String.pad_leading(Integer.to_string(round(cpu)), 8)})"
      end

    ratios = for {what, ratio} <- ratios, do: "#{what} #{Float.round(ratio / 1, 4)}"
    IO.puts(Enum.join([String.pad_trailing(name, 18)] ++ cells ++ ratios, "  "))
  end

  defp cpu, do: elem(:erlang.statistics(:runtime), 0)
end
