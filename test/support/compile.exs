# Compiles and runs every case that standard input names (one a line: the original, the text with probes, and the
# script to run or `-`, as base 64), both texts under one file name. Prints, for each, of both sides the warnings, the
# output, and what others see of the modules, as base 64.

{:ok, _} = Application.ensure_all_started(:ex_unit)
Code.compiler_options(ignore_module_conflict: true)

defmodule Interface do
  @moduledoc "What others see of a module, a fact a line: functions, attributes, types and specs, documentation. Lines stay, columns go."

  def facts(module, code) do
    functions = for function <- module.module_info(:exports), do: {:function, function}
    attributes = for {name, _} = attribute <- module.module_info(:attributes), name != :vsn, do: attribute
    Enum.sort(functions ++ attributes ++ types(code) ++ docs(code))
  end

  defp types(code) do
    for kind <- [:fetch_types, :fetch_specs, :fetch_callbacks], {:ok, types} <- [apply(Code.Typespec, kind, [code])] do
      {kind, types}
    end
  end

  defp docs(code) do
    with {:ok, {_, [{_, chunk}]}} <- :beam_lib.chunks(code, [~c"Docs"]),
         {:docs_v1, anno, _, _, doc, meta, entries} <- :erlang.binary_to_term(chunk) do
      entries = for {name, anno, signature, doc, meta} <- entries, do: {:doc, name, line(anno), signature, doc, lines(meta)}
      [{:moduledoc, line(anno), doc, lines(meta)} | entries]
    else
      _ -> []
    end
  end

  # Newer Elixirs keep line and column of every clause.
  defp lines(%{source_annos: annos} = meta), do: %{meta | source_annos: Enum.map(annos, &line/1)}
  defp lines(meta), do: meta

  defp line(anno), do: :erl_anno.line(anno)
end

defmodule Side do
  import ExUnit.CaptureIO

  @all limit: :infinity, printable_limit: :infinity, width: :infinity

  def run(text, check) do
    {modules, warnings} = with_io(:stderr, fn -> compile(text) end)
    {_, output} = with_io(fn -> with_io(:stderr, fn -> script(check) end) end)
    facts = for {module, code} <- modules, fact <- Interface.facts(module, code), do: [inspect({module, fact}, @all), ?\n]
    for {module, _} <- modules, do: forget(module)
    [warnings, output, IO.iodata_to_binary(facts)]
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
