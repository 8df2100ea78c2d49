defmodule Escope.Clause do
  @moduledoc """
  Marks a definition, so that `Escope.Transform` makes its calls recorded. Called by the macro
  `Escope.probe` in the compiler's process; works on syntax trees only.

  Invariant: but for one call before its body, which Elixir's own checks pass over, the clause that
  is compiled is the one in the source.
  """

  alias Escope.{Lines, Transform}

  @doc "Marks `definition`. `blocks` is the `do` block that the parser gave to `probe` itself."
  @spec rebuild(integer, [:enter | [atom]], Macro.t(), Macro.t(), Macro.Env.t()) :: Macro.t()
  def rebuild(id, options, {def_name, meta, def_args}, blocks, env) do
    case split(def_args, blocks) do
      {head, [{:do, _} | _] = body} ->
        Transform.enable(env.module)
        request_locals(id, options, meta, env)
        body = Lines.keep(body, env)
        {def_name, meta, [head, marked(id, options, def_name, head, body)]}

      :unknown ->
        {def_name, meta, def_args ++ List.wrap(blocks)}
    end
  end

  defp request_locals(id, options, meta, env) do
    site = %{id: id, line: meta[:line] || env.line, file: Path.relative_to_cwd(env.file)}
    if locals(options) != [], do: Transform.request(env.module, {:escope_locals, site})
  end

  defp split([head], [{:do, _} | _] = blocks), do: {head, blocks}
  defp split([head, [{:do, _} | _] = body], nil), do: {head, body}
  defp split(_def_args, _blocks), do: :unknown

  defp marked(id, options, def_name, _head, do: body),
    do: [do: before(id, options, def_name, body)]

  # What Elixir itself makes of them.
  defp marked(id, options, def_name, head, blocks) do
    meta = [definition: def_name] ++ Keyword.take(meta(head), [:line])
    [do: before(id, options, def_name, {:try, meta, [blocks]})]
  end

  defp before(id, options, def_name, body) do
    {meta, statements} = statements(body)
    {:__block__, meta, [mark(id, options, def_name, line(statements)) | statements]}
  end

  defp statements({:__block__, meta, []}), do: {meta, [nil]}
  defp statements({:__block__, meta, [_, _ | _] = statements}), do: {meta, statements}
  defp statements(body), do: {[], [body]}

  # The line that Elixir gives to what the body begins with, for coverage counts no other for the mark.
  # Of statements that are constants nothing is left; what has no line is at the definition's where it
  # is the whole body, and at none in a block.
  defp line([statement]), do: own_line(statement)

  defp line(statements) do
    case Enum.find(statements, &(is_tuple(&1) or is_list(&1))) do
      {_, _, _} = statement -> own_line(statement)
      _ -> [line: 0]
    end
  end

  defp own_line({_, _, _} = statement) do
    {_, line} = Macro.prewalk(statement, nil, &{&1, &2 || line_of(&1)})
    Keyword.filter([line: line], fn {_, line} -> line end)
  end

  defp own_line(_no_node), do: []

  defp line_of({_, meta, _}) when is_list(meta), do: meta[:line]
  defp line_of(_), do: nil

  # Elixir replaces both names by literals when it expands the function's body, so that one source
  # clause that becomes several functions names each of them.
  defp mark(id, options, def_name, line) do
    meta = [generated: true] ++ line
    mode = mode(:enter in options, def_name in [:defmacro, :defmacrop])
    function = {{:., meta, [{:__ENV__, meta, nil}, :function]}, meta, []}
    args = [id, mode, {{:__MODULE__, meta, nil}, function}, locals(options)]
    {{:., meta, [Escope.Probe, :mark]}, meta, args}
  end

  defp mode(false, false), do: :run
  defp mode(true, false), do: :enter
  defp mode(false, true), do: :run_macro
  defp mode(true, true), do: :enter_macro

  defp meta({:when, _, [head, _]}), do: meta(head)
  defp meta({_, meta, _}), do: meta

  defp locals(options), do: Enum.find(options, [], &is_list/1)
end
