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
    {:__block__, meta, [mark(id, options, def_name) | statements]}
  end

  defp statements({:__block__, _meta, []}), do: {[], [nil]}
  defp statements({:__block__, meta, [_, _ | _] = statements}), do: {meta, statements}
  defp statements(body), do: {[], [body]}

  # Elixir replaces both names by literals when it expands the function's body, so that one source
  # clause that becomes several functions names each of them.
  #
  # It has no line: what the body begins with may have none left when it is expanded, or another one,
  # and coverage counts the lines of either.
  defp mark(id, options, def_name) do
    meta = [generated: true, line: 0]
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
