defmodule Escope.Clause do
  @moduledoc """
  Marks a definition, so that `Escope.Transform` makes its calls recorded. Called by the macro
  `Escope.probe` in the compiler's process; works on syntax trees only.

  Invariant: but for one call before its body, which Elixir's own checks pass over, the clause that
  is compiled is the one in the source.
  """

  alias Escope.{Lines, Locals}

  @doc "Marks `definition`. `blocks` is the `do` block that the parser gave to `probe` itself."
  @spec rebuild(integer, [:enter | [atom]], Macro.t(), Macro.t(), Macro.Env.t()) :: Macro.t()
  def rebuild(id, options, {def_name, meta, def_args}, blocks, env) do
    case split(def_args, blocks) do
      {head, [{:do, _} | _] = body} ->
        Escope.Transform.enable(env.module)
        body = body |> Lines.keep(env) |> Locals.note(id, locals(options))
        {def_name, meta, [head, marked(id, options, def_name, head, body)]}

      :unknown ->
        {def_name, meta, def_args ++ List.wrap(blocks)}
    end
  end

  defp split([head], [{:do, _} | _] = blocks), do: {head, blocks}
  defp split([head, [{:do, _} | _] = body], nil), do: {head, body}
  defp split(_def_args, _blocks), do: :unknown

  defp marked(id, options, _def_name, _head, do: body), do: [do: before(id, options, body)]

  # What Elixir itself makes of them.
  defp marked(id, options, def_name, head, blocks) do
    meta = [definition: def_name] ++ Keyword.take(meta(head), [:line])
    [do: before(id, options, {:try, meta, [blocks]})]
  end

  defp before(id, options, body) do
    {meta, statements} = statements(body)
    {:__block__, meta, [mark(id, options, line(statements)) | statements]}
  end

  defp statements({:__block__, meta, []}), do: {meta, [nil]}
  defp statements({:__block__, meta, [_, _ | _] = statements}), do: {meta, statements}
  defp statements(body), do: {[], [body]}

  # The line on which the body begins: coverage counts no other for the mark.
  defp line(statements) do
    {_, line} = Macro.prewalk(hd(statements), nil, &{&1, &2 || line_of(&1)})
    Keyword.filter([line: line], fn {_, line} -> line end)
  end

  defp line_of({_, meta, _}) when is_list(meta), do: meta[:line]
  defp line_of(_), do: nil

  # Elixir replaces both names by literals when it expands the function's body, so that one source
  # clause that becomes several functions names each of them.
  defp mark(id, options, line) do
    meta = [generated: true] ++ line
    mode = if :enter in options, do: :enter, else: :run
    function = {{:., meta, [{:__ENV__, meta, nil}, :function]}, meta, []}
    args = [id, mode, {{:__MODULE__, meta, nil}, function}, locals(options)]
    {{:., meta, [Escope.Probe, :mark]}, meta, args}
  end

  defp meta({:when, _, [head, _]}), do: meta(head)
  defp meta({_, meta, _}), do: meta

  defp locals(options), do: Enum.find(options, [], &is_list/1)
end
