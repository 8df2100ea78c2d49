# Compiles and runs every case that standard input names (one a line: the original, the text with probes, and the
# script to run or `-`, as base 64), both texts under one file name. Prints, for each, the warnings and the output of both sides, as base 64.

{:ok, _} = Application.ensure_all_started(:ex_unit)
Code.compiler_options(ignore_module_conflict: true)

defmodule Side do
  import ExUnit.CaptureIO

  def run(text, check) do
    {modules, warnings} = with_io(:stderr, fn -> compile(text) end)
    {_, output} = with_io(fn -> script(check) end)
    for {module, _} <- modules, do: forget(module)
    [warnings, output]
  end

  defp compile(text) do
    Code.compile_string(text, "input.ex")
  rescue
    error -> IO.puts(:stderr, Exception.format(:error, error, [])) && []
  end

  defp script("-"), do: :ok

  defp script(check) do
    Code.eval_string(check, [], file: "check.exs")
  catch
    kind, reason -> IO.puts(Exception.format(kind, reason, __STACKTRACE__))
  end

  defp forget(module) do
    :code.purge(module)
    :code.delete(module)
  end
end

for line <- IO.stream(:stdio, :line) do
  [input, expected, check] = line |> String.trim() |> String.split(" ") |> Enum.map(&Base.decode64!/1)
  (Side.run(input, check) ++ Side.run(expected, check)) |> Enum.map_join(" ", &Base.encode64/1) |> IO.puts()
end
