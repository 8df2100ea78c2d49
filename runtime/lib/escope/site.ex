defmodule Escope.Site do
  @moduledoc """
  Marks the calls and expressions that `Escope.call` and `Escope.expr` are given. Called by these
  macros in the compiler's process; `Escope.Weave` puts the probes in.

  A mark is an entry of the code's metadata: Elixir carries it through its expansion, and neither
  checks it nor prints it. So whatever Elixir says of the code, it says of the code in the source.

  What has no metadata, a list or a pair, is marked in one of its parts, with the number of steps
  that lead up from there.
  """

  alias Escope.{CallSite, Lines, Report, Transform}

  @type mode :: :run | :enter

  @typedoc "`:value`, or what the source calls."
  @type kind :: :value | {:call, Escope.Probe.shown()}

  @type mark :: {steps :: non_neg_integer, integer, mode, kind}

  @doc "`code`, which stands in `env`'s function, with its mark."
  @spec mark(integer, mode, Macro.t(), Macro.Env.t()) :: Macro.t()
  def mark(id, mode, code, env) do
    line = line(code) || env.line
    code = code |> Lines.keep(env) |> bare() |> probed(env)
    call = CallSite.describe(code, env)
    kind = if call, do: {:call, call.shown}, else: :value
    code = if call, do: code, else: expanded(code, env)

    case put(code, {0, id, mode, kind}, env) do
      {:ok, marked} ->
        register(%{id: id, mode: mode, line: line, call: call}, env)
        marked

      :error ->
        Report.left(env.file, line, "it is a constant")
        code
    end
  end

  defp register(site, env) do
    site = Map.merge(site, %{function: env.function, file: Path.relative_to_cwd(env.file)})
    Transform.enable(env.module)
    Transform.request(env.module, {:escope_site, site})
  end

  defp line({_, meta, _}), do: meta[:line]
  defp line(_no_node), do: nil

  defp bare({:__block__, _, [code]}), do: bare(code)
  defp bare(code), do: code

  # Another probe on the same code.
  defp probed({{:., _, [{:__aliases__, _, name}, probe]}, _, _} = code, env)
       when probe in [:call, :expr] and name in [[:Escope], [:"Elixir", :Escope]],
       do: Macro.expand_once(code, env)

  defp probed(code, _env), do: code

  # A macro's own metadata is lost when it is expanded. Elixir would do now what is done here.
  defp expanded({_, meta, _} = code, env) do
    case Macro.expand_once(code, env) do
      ^code -> code
      expansion -> expansion |> with_line(meta[:line]) |> bare() |> expanded(env)
    end
  end

  defp expanded(code, _env), do: code

  # Elixir gives the macro's line to whatever has none.
  defp with_line({form, meta, args}, line) when is_list(meta),
    do: {with_line(form, line), Keyword.put_new(meta, :line, line), with_line(args, line)}

  defp with_line({left, right}, line), do: {with_line(left, line), with_line(right, line)}
  defp with_line(list, line) when is_list(list), do: Enum.map(list, &with_line(&1, line))
  defp with_line(other, _line), do: other

  defp put({form, _, context}, _mark, _env)
       when form in [:__aliases__, :__MODULE__, :__DIR__] and
              (is_list(context) or is_atom(context)),
       do: :error

  # Elixir gives the function that it makes of a capture the metadata of either.
  defp put({:&, meta, [operand]}, mark, _env) when not is_integer(operand),
    do: {:ok, {:&, with_mark(meta, mark), [in_capture(operand, mark)]}}

  defp put({form, meta, args}, mark, _env), do: {:ok, {form, with_mark(meta, mark), args}}

  # Written so, a pair has metadata; it differs in the line of a warning that the pair is not used.
  defp put({left, right}, {0, _, _, _} = mark, env) do
    with :error <- in_pair(left, right, mark, env),
         do: {:ok, {:{}, [escope: [mark]], [left, right]}}
  end

  # Not so as part of a list, which may be a keyword list.
  defp put({left, right}, mark, env), do: in_pair(left, right, mark, env)
  defp put(list, mark, env) when is_list(list), do: put_into(list, mark, env)
  defp put(_literal, _mark, _env), do: :error

  defp with_mark(meta, mark), do: Keyword.update(meta, :escope, [mark], &(&1 ++ [mark]))

  defp in_capture({:/, meta, [function, arity]}, mark),
    do: {:/, with_mark(meta, mark), [in_capture(function, mark), arity]}

  defp in_capture({:__block__, meta, [operand]}, mark),
    do: {:__block__, meta, [in_capture(operand, mark)]}

  defp in_capture({form, meta, args}, mark), do: {form, with_mark(meta, mark), args}
  defp in_capture(other, _mark), do: other

  defp in_pair(left, right, mark, env) do
    with {:ok, [left, right]} <- put_into([left, right], mark, env), do: {:ok, {left, right}}
  end

  defp put_into([], _mark, _env), do: :error

  defp put_into([part | parts], {steps, id, mode, kind} = mark, env) do
    part = expanded(part, env)

    case put(part, {steps + 1, id, mode, kind}, env) do
      {:ok, part} -> {:ok, [part | parts]}
      :error -> with {:ok, parts} <- put_into(parts, mark, env), do: {:ok, [part | parts]}
    end
  end
end
