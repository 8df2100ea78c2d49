defmodule Escope.Weave do
  @moduledoc """
  Puts the probes on marked calls and expressions into definitions as Elixir has expanded and checked
  them. Called by `Escope.Rebuild` in the compiler's process; works on syntax trees only.
  """

  alias Escope.Site

  @typedoc "A function as Elixir keeps it: its name and arity, kind, metadata and clauses."
  @type definition :: {{atom, arity}, atom, keyword, [tuple]}

  @typedoc "The probes that were put in, and how many variables."
  @type woven :: {ids :: [integer], variables :: non_neg_integer}

  @doc "The definition with its probes, and their ids; without any it is as it was."
  @spec definition(definition) :: {definition, [integer]}
  def definition({name, kind, meta, clauses} = definition) do
    {woven, {ids, _}} =
      Enum.map_reduce(clauses, {[], 0}, fn {meta, args, guards, body}, acc ->
        {body, _, acc} = walk(body, [], acc)
        {body, acc} = Escope.Locals.note(body, acc)
        {{meta, args, guards, body}, acc}
      end)

    if ids == [], do: {definition, []}, else: {{name, kind, meta, woven}, ids}
  end

  @doc "A variable that no code of the source can name."
  @spec variable(woven) :: {Macro.t(), woven}
  def variable({ids, n}),
    do: {{:value, [version: {__MODULE__, n}, generated: true], __MODULE__}, {ids, n + 1}}

  @doc "A call of `Escope.Probe`."
  @spec probe(atom, [Macro.t()], keyword) :: Macro.t()
  def probe(function, args, meta \\ []) do
    meta = [generated: true] ++ Keyword.take(meta, [:line, :column])
    {{:., meta, [Escope.Probe, function]}, meta, args}
  end

  # Of matches within each other the compiler names the outer one's line in an exception.
  @spec bind(Macro.t(), Macro.t()) :: Macro.t()
  def bind(variable, {:=, meta, _} = value),
    do: {:=, [generated: true] ++ Keyword.take(meta, [:line, :column]), [variable, value]}

  def bind(variable, value), do: {:=, [generated: true], [variable, value]}

  @spec block([Macro.t()]) :: Macro.t()
  def block(statements), do: {:__block__, [], statements}

  # Never code of their own: a mark there is left of a text that became part of another one.
  @parts [:->, :<-, :when, :|]

  # Marks stand on code alone, so that patterns and guards are as they were. What is left of the
  # steps of a mark goes up. Elixir gives metadata on to parts of what has it (the dot of an imported
  # function, the segments of a text): a mark within itself is such a copy.
  defp walk({:"::", meta, [value, specifier]}, within, acc) do
    {value, _ups, acc} = walk(value, within, acc)
    {{:"::", meta, [value, specifier]}, [], acc}
  end

  defp walk({form, meta, args}, within, acc) when is_list(meta) do
    {marks, meta} = Keyword.pop(meta, :escope, [])
    marks = if form in @parts, do: Enum.reject(marks, &(elem(&1, 0) == 0)), else: marks
    inside = marks ++ within
    {form, acc} = form(form, inside, acc)
    {args, acc} = parts(args, inside, acc)
    settle({form, meta, args}, marks -- within, acc)
  end

  defp walk({left, right}, within, acc) do
    {[left, right], ups, acc} = walk_all([left, right], within, acc)
    settle({left, right}, ups, acc)
  end

  defp walk(list, within, acc) when is_list(list) do
    {list, ups, acc} = walk_all(list, within, acc)
    settle(list, ups, acc)
  end

  defp walk(literal, _within, acc), do: {literal, [], acc}

  defp form({:., meta, args}, within, acc) do
    {args, acc} = parts(args, within, acc)
    {{:., Keyword.delete(meta, :escope), args}, acc}
  end

  defp form(form, _within, acc), do: {form, acc}

  defp parts(args, within, acc) when is_list(args) do
    {args, _ups, acc} = walk_all(args, within, acc)
    {args, acc}
  end

  defp parts(context, _within, acc), do: {context, acc}

  defp walk_all(list, within, acc) do
    {list, {ups, acc}} =
      Enum.map_reduce(list, {[], acc}, fn part, {ups, acc} ->
        {part, more, acc} = walk(part, within, acc)
        {part, {ups ++ more, acc}}
      end)

    {list, ups, acc}
  end

  defp settle(node, marks, acc) do
    {here, above} = Enum.split_with(marks, &(elem(&1, 0) == 0))
    {node, acc} = Enum.reduce(here, {node, acc}, &put/2)
    {node, for({steps, id, mode, kind} <- above, do: {steps - 1, id, mode, kind}), acc}
  end

  defp put({_, id, mode, kind} = mark, {node, {ids, n}}),
    do: put(mode, kind, mark, node, {[id | ids], n})

  @spec put(Site.mode(), Site.kind(), Site.mark(), Macro.t(), woven) :: {Macro.t(), woven}
  defp put(:run, {:call, shown}, {_, id, _, _}, node, acc) do
    case call(node) do
      nil -> value(id, node, acc)
      {called, args, meta} -> {probe(:call, [id, shown] ++ called ++ [args], meta), acc}
    end
  end

  defp put(:enter, {:call, shown}, {_, id, _, _}, node, acc) do
    case call(node) do
      nil -> {block([probe(:enter_value, [id]), node]), acc}
      {called, args, meta} -> enter(id, shown, node, called, args, meta, acc)
    end
  end

  defp put(:run, :value, {_, id, _, _}, node, acc), do: value(id, node, acc)

  # A loop may end in it: nothing may stand after it.
  defp put(:enter, :value, {_, id, _, _}, node, acc),
    do: {block([probe(:enter_value, [id]), node]), acc}

  defp value(id, node, acc) do
    {value, acc} = variable(acc)
    {block([bind(value, node), probe(:value, [id, value]), value]), acc}
  end

  # The call stays the last thing, and everything is evaluated in its order.
  defp enter(id, shown, node, called, args, meta, acc) do
    {[called, args], {bound, acc}} = Enum.map_reduce([called, args], {[], acc}, &bound/2)
    entered = probe(:enter_call, [id, shown] ++ called ++ [args], meta)
    {block(Enum.reverse(bound) ++ [entered, again(node, called, args)]), acc}
  end

  defp bound(parts, acc) do
    Enum.map_reduce(parts, acc, fn part, {bound, acc} ->
      if is_atom(part) or match?({_, arity} when is_integer(arity), part) do
        {part, {bound, acc}}
      else
        {value, acc} = variable(acc)
        {value, {[bind(value, part) | bound], acc}}
      end
    end)
  end

  # The call, of what is bound to variables now.
  defp again({{:., dot, [:erlang, :apply]}, meta, _}, [module, name], args)
       when {module, name} != {:erlang, :apply},
       do: {{:., dot, [:erlang, :apply]}, meta, [module, name, args]}

  defp again({{:., dot, [_, _]}, meta, _}, [module, name], args),
    do: {{:., dot, [module, name]}, meta, args}

  defp again({name, meta, _}, _called, args), do: {name, meta, args}

  # What is called, as `Escope.Inline` takes it.
  defp call({{:., _, [Escope.Probe, _]}, _, _}), do: nil

  defp call({{:., _, [:erlang, :apply]}, meta, [module, name, args]} = node) when is_list(args) do
    if Enum.any?(args, &match?({:|, _, _}, &1)),
      do: {[:erlang, :apply], elem(node, 2), meta},
      else: {[module, name], args, meta}
  end

  # `map.key` is a call only where run time finds a module.
  defp call({{:., _, [module, name]}, meta, args}) when is_atom(name) do
    unless meta[:no_parens] && not is_atom(module), do: {[module, name], args, meta}
  end

  defp call({name, meta, args}) when is_atom(name) and is_list(args) do
    unless Macro.special_form?(name, length(args)) or name == :super do
      {[{name, length(args)}], args, meta}
    end
  end

  defp call(_other), do: nil
end
