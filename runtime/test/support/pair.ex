defmodule Escope.Pair do
  @moduledoc """
  Compiles one source twice: as it is, and with every clause probed. Runs in the test's process.
  """

  @definitions [:def, :defp, :defmacro, :defmacrop]

  @doc "Compiles both and returns `{plain, probed}`, each `%{value: …, warnings: …}`."
  def compile(source, options \\ []) do
    plain = Code.string_to_quoted!(source, file: "pair.ex", columns: true)
    {observe(plain), observe(probed(plain, options))}
  end

  @doc "The source's tree with each definition that has a body given to `Escope.probe`."
  def probed(tree, options \\ []), do: tree |> rewrite(options) |> require_escope()

  @doc "What evaluating `tree` gives and prints as warnings."
  def observe(tree) do
    me = self()
    Code.put_compiler_option(:ignore_module_conflict, true)

    warnings =
      ExUnit.CaptureIO.capture_io(:stderr, fn ->
        {value, _} = Code.eval_quoted(tree, [], file: "pair.ex")
        send(me, {:value, value})
      end)

    receive do
      {:value, value} -> %{value: value, warnings: normal(warnings)}
    end
  after
    Code.put_compiler_option(:ignore_module_conflict, false)
  end

  # Columns may shift.
  defp normal(warnings) do
    warnings
    |> String.replace(~r/pair\.ex:(\d+)(:\d+)?/, "pair.ex:\\1")
    |> String.split("\n")
  end

  defp require_escope(tree), do: {:__block__, [], [quote(do: require(Escope)), tree]}

  defp rewrite({:quote, _, _} = node, _options), do: node

  defp rewrite({definition, meta, [head, [{:do, _} | _] = blocks]}, options)
       when definition in @definitions do
    id = :erlang.phash2({meta, head})
    # On the definition's own line, as the rewriter puts it.
    line = Keyword.take(meta, [:line])

    case rem(id, 2) do
      0 -> {remote(), line, [id | options] ++ [{definition, meta, [head]}, blocks]}
      1 -> {remote(), line, [id | options] ++ [{definition, meta, [head, blocks]}]}
    end
  end

  defp rewrite({form, meta, args}, options) when is_list(args),
    do: {rewrite(form, options), meta, rewrite(args, options)}

  defp rewrite({left, right}, options), do: {rewrite(left, options), rewrite(right, options)}
  defp rewrite(list, options) when is_list(list), do: Enum.map(list, &rewrite(&1, options))
  defp rewrite(other, _options), do: other

  defp remote, do: {:., [], [{:__aliases__, [alias: false], [:Escope]}, :probe]}
end
