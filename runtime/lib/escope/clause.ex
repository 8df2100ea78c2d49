defmodule Escope.Clause do
  @moduledoc """
  Rebuilds a definition so that its calls are recorded. Called by the macro `Escope.probe` in the
  compiler's process; works on syntax trees only.

  Invariant: the rebuilt clause has the name, the metadata, the guards and the signature of the
  original one, and compiles with the same warnings.
  """

  alias Escope.{Capture, Usage}

  @doc "Rebuilds `definition`. `blocks` is the `do` block that the parser gave to `probe` itself."
  @spec rebuild(Macro.t(), [:enter], Macro.t(), Macro.t(), Macro.Env.t()) :: Macro.t()
  def rebuild(id, options, {def_name, meta, def_args}, blocks, env) do
    case split(def_args, blocks) do
      {head, [{:do, _} | _] = body} ->
        {def_name, meta, wrap(id, options, def_name, head, body, env)}

      :unknown ->
        {def_name, meta, def_args ++ List.wrap(blocks)}
    end
  end

  defp split([head], [{:do, _} | _] = blocks), do: {head, blocks}
  defp split([head, [{:do, _} | _] = body], nil), do: {head, body}
  defp split(_def_args, _blocks), do: :unknown

  defp wrap(id, options, def_name, head, body, env) do
    {head, args} = capture_head(head, body, env)
    call = [id, function_of_run_time(head), args]

    if :enter in options,
      do: [head, announced(call, head, body)],
      else: [head, [do: enclosed(call, def_name, head, body)]]
  end

  defp capture_head({:when, meta, [head, guard]}, body, env) do
    {head, args} = capture_call(head, Usage.of(guard, body, env))
    {{:when, meta, [head, guard]}, args}
  end

  defp capture_head(head, body, env),
    do: capture_call(head, Usage.of(nil, body, env))

  # `unquote(head)` may bring any number of arguments.
  defp capture_call({:unquote, _, [_]} = head, _usage), do: {head, nil}

  defp capture_call({name, meta, params}, usage) when is_list(params) do
    {params, args} = Capture.parameters(params, usage)
    {{name, meta, params}, args}
  end

  defp capture_call(head, _usage), do: {head, []}

  # A loop: nothing may stand after its tail call, so the body is not enclosed.
  defp announced(call, head, [{:do, body} | rest]) do
    [{:do, {:__block__, [], [remote(head, :enter, call), body]}} | rest]
  end

  # `run` stands in tail position: the clause's own frame is then the function's, which
  # `Escope.Stack` gives its name back.
  defp enclosed(call, def_name, head, body) do
    meta = generated(head)
    function = {:fn, meta, [{:->, meta, [[], in_try(def_name, meta, body)]}]}
    remote(head, :run, call ++ [function])
  end

  defp in_try(_def_name, _meta, do: body), do: body

  defp in_try(name, meta, body),
    do: {:try, [definition: name] ++ Keyword.take(meta, [:line]), [body]}

  defp remote(head, function, args) do
    meta = generated(head)
    {{:., meta, [Escope.Probe, function]}, meta, args}
  end

  # Elixir replaces both by literals when it expands the function's body, so that one source
  # clause that becomes several functions names each of them.
  defp function_of_run_time(head) do
    meta = generated(head)
    {{:__MODULE__, meta, nil}, {{:., meta, [{:__ENV__, meta, nil}, :function]}, meta, []}}
  end

  defp generated({:when, _, [head, _]}), do: generated(head)
  defp generated({_, meta, _}), do: [generated: true] ++ Keyword.take(meta, [:line])
end
