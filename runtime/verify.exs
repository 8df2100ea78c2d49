# `escope instrument --verify` runs this under the user's Elixir: the syntax tree of every instrumented file, its probes taken out,
# must be the original's, line by line. Reads pairs of texts from standard input, each as a line of Base64; prints
# `INDEX TAB LINE TAB REASON` for each pair that differs, and `checked COUNT` at the end.

defmodule Escope.Verify do
  def main do
    :ok = :io.setopts(:standard_io, encoding: :unicode)

    checked =
      Stream.repeatedly(&pair/0)
      |> Stream.take_while(&(&1 != :eof))
      |> Task.async_stream(&check/1, timeout: :infinity)
      |> Enum.reduce(0, fn {:ok, verdict}, index ->
        report(verdict, index)
        index + 1
      end)

    IO.puts("checked #{checked}")
  end

  defp pair do
    with original when is_binary(original) <- text(), do: {original, text()}
  end

  # Base64, for what Erlang makes of other bytes on its way in depends on its version.
  defp text do
    with line when is_binary(line) <- IO.binread(:stdio, :line),
         do: line |> String.trim_trailing() |> Base.decode64!()
  end

  defp report(:same, _index), do: :ok

  defp report({line, reason}, index) do
    reason = String.replace(reason, ~r/\s+/, " ")
    IO.puts("#{index}\t#{line}\t#{reason}")
  end

  defp check({original, output}) do
    with {:ok, old} <- parse(original, "Elixir cannot parse the file: "),
         {:ok, new} <- parse(output, "Elixir cannot parse it with its probes: ") do
      compare(old, new, 1)
      :same
    end
  catch
    {:differs, line} -> {line, "with its probes Elixir reads it differently from line #{line} on"}
  end

  # Literals carry their lines too, as `{:__block__, [line: …], [literal]}`.
  defp parse(text, problem) do
    options = [
      token_metadata: true,
      emit_warnings: false,
      literal_encoder: &{:ok, {:__block__, &2, [&1]}}
    ]

    case Code.string_to_quoted(text, options) do
      {:ok, tree} -> {:ok, tree}
      {:error, {meta, message, token}} -> {meta[:line] || 1, problem <> text(message, token)}
    end
  end

  defp text({before, rest}, token), do: before <> token <> rest
  defp text(message, token), do: message <> token

  # `line` is the last one seen, for the report.
  defp compare(same, same, _line), do: :ok

  defp compare(old, new, line) do
    cond do
      probe?(new) and not probe?(old) -> compare(old, definition(new), line)
      site?(new) and not site?(old) -> compare(old, site(new), line)
      negation?(old) or negation?(new) -> compare_nodes(negation(old), negation(new), line)
      block?(new) -> compare_blocks(old, new, line)
      true -> compare_nodes(old, new, line)
    end
  end

  defp compare_blocks({:__block__, meta, [_, _ | _] = olds}, {_, meta, news}, line),
    do: statements(olds, news, line)

  # One statement alone, in parentheses or not, is no block; with an insertion before it, it is one.
  defp compare_blocks({form, meta, args}, {_, block_meta, news}, line) do
    meta = if block_meta == [], do: meta, else: Keyword.delete(meta, :parens)
    statements([{form, meta, args}], news, line)
  end

  defp compare_nodes({old, old_meta, old_args}, {new, new_meta, new_args}, line)
       when is_list(old_meta) do
    line = old_meta[:line] || line
    compare(old, new, line)
    compare(old_args, new_args, line)
    # Last, for the line on which a call ends is moved by whatever moves inside of it.
    if facts(old_meta) != facts(new_meta), do: throw({:differs, line})
  end

  defp compare_nodes({old_left, old_right}, {new_left, new_right}, line) do
    compare(old_left, new_left, line)
    compare(old_right, new_right, line)
  end

  defp compare_nodes([old | olds], [new | news], line) do
    compare(old, new, line)
    compare(olds, news, line)
  end

  defp compare_nodes(_old, _new, line), do: throw({:differs, line})

  # Of a literal in parentheses Elixir notes theirs before its own, under the same names.
  defp facts(meta) do
    {parens, others} = Enum.split_with(meta, &match?({:parens, _}, &1))
    Enum.sort(parens) ++ Enum.sort(Map.new(others))
  end

  # In parentheses `not x` and `!x` are blocks, for `(not x) in y` is something else than `not x in y`.
  defp negation?({:__block__, _, [{operator, _, [_]}]}), do: operator in [:not, :!]
  defp negation?(_), do: false

  defp negation({:__block__, meta, [{operator, own_meta, [operand]}]})
       when operator in [:not, :!],
       do: negation({operator, own_meta ++ Keyword.take(meta, [:end_of_expression]), [operand]})

  defp negation({form, meta, args}), do: {form, Keyword.delete(meta, :parens), args}
  defp negation(other), do: other

  # With two parts it is no literal with its line.
  defp block?({:__block__, _, [_, _ | _]}), do: true
  defp block?(_), do: false

  defp statements([old | olds], [new | news], line) do
    if inserted?(new) and length(news) > length(olds) do
      statements([old | olds], news, line)
    else
      compare(old, if(olds == [], do: as_last(new, old), else: new), line)
      statements(olds, news, line)
    end
  end

  defp statements([], news, line),
    do: if(not Enum.all?(news, &inserted?/1), do: throw({:differs, line}))

  defp statements(_olds, [], line), do: throw({:differs, line})

  # What is added behind the last statement ends it, where the end of the block did.
  defp as_last({form, meta, args}, {_, old_meta, _}) do
    ends? = Keyword.has_key?(old_meta, :end_of_expression)
    {form, if(ends?, do: meta, else: Keyword.delete(meta, :end_of_expression)), args}
  end

  defp as_last(new, _old), do: new

  # What escope adds for a whole module, and what it adds to a `mix.exs`.
  defp inserted?({:require, _, [{:__aliases__, _, name}]}), do: escope?(name)

  defp inserted?(
         {{:., _, [{:__aliases__, _, [:Code]}, :require_file]}, _, [path, {:__DIR__, _, nil}]}
       ),
       do: tree?(path)

  defp inserted?({:defoverridable, _, _}), do: true

  defp inserted?(
         {:def, _, [_, [{_, {{:., _, [{:__aliases__, _, [:Escope, :Tree]}, _]}, _, _}}]]}
       ),
       do: true

  defp inserted?(_), do: false

  defp tree?({:__block__, _, [path]}), do: String.ends_with?(path, ".escope/tree.exs")

  defp escope?(name), do: name in [[:Escope], [:"Elixir", :Escope]]

  defp probe?({{:., _, [{:__aliases__, _, name}, :probe]}, _, [_id, _ | _]}), do: escope?(name)
  defp probe?(_), do: false

  defp site?({{:., _, [{:__aliases__, _, name}, kind]}, _, [_id, _ | _]})
       when kind in [:call, :expr],
       do: escope?(name)

  defp site?(_), do: false

  # The parentheses round it are escope's; what stood round it or ended it is now said of the probe.
  defp site({_, meta, args}) do
    moved = Keyword.take(meta, [:assoc, :end_of_expression, :parens])

    case List.last(args) do
      {form, own_meta, own_args} -> {form, without_parens(own_meta) ++ moved, own_args}
      other -> other
    end
  end

  defp without_parens(meta), do: meta |> Keyword.pop_first(:parens) |> elem(1)

  # The parser gives the `do` block of `Escope.probe 1, def f(x) do … end` to `probe`.
  defp definition({_, meta, args}) do
    {blocks, args} = if meta[:do], do: List.pop_at(args, -1), else: {nil, args}
    {name, own_meta, own_args} = List.last(args)
    moved = Keyword.take(meta, [:do, :end, :end_of_expression, :parens])
    {name, Keyword.delete(own_meta, :parens) ++ moved, own_args ++ List.wrap(blocks && [blocks])}
  end
end

Escope.Verify.main()
