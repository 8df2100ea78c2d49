defmodule Escope.CallSite do
  @moduledoc """
  What a call in the source calls, and what the compiler makes of it. Used by `Escope.Site` and
  `Escope.Lines` in the compiler's process.
  """

  # What Elixir compiles into a call with other arguments or another order of them: the compiled
  # function, and which of its arguments are the source's, in their order. From elixir_rewrite.erl.
  @rewritten %{
    {Map, :delete, 2} => {:maps, :remove, [1, 0]},
    {Map, :fetch, 2} => {:maps, :find, [1, 0]},
    {Map, :fetch!, 2} => {:maps, :get, [1, 0]},
    {Map, :has_key?, 2} => {:maps, :is_key, [1, 0]},
    {Port, :monitor, 1} => {:erlang, :monitor, [1]},
    {Process, :group_leader, 2} => {:erlang, :group_leader, [1, 0]},
    {Process, :monitor, 1} => {:erlang, :monitor, [1]},
    {Process, :send_after, 3} => {:erlang, :send_after, [1, 2, 0]},
    {Process, :send_after, 4} => {:erlang, :send_after, [1, 2, 0, 3]},
    {String, :to_atom, 1} => {:erlang, :binary_to_atom, [0]},
    {String, :to_existing_atom, 1} => {:erlang, :binary_to_existing_atom, [0]},
    {Tuple, :duplicate, 2} => {:erlang, :make_tuple, [1, 0]}
  }

  # What Elixir compiles into no call.
  @code [
    {Kernel, :elem, 2},
    {Kernel, :put_elem, 3},
    {Map, :put, 3},
    {Map, :replace!, 3},
    {Tuple, :delete_at, 2},
    {Tuple, :insert_at, 3}
  ]

  @typedoc "What the source calls, what that may be compiled into, where it stands, and the probes in its arguments."
  @type t :: %{
          shown: Escope.Probe.shown(),
          compiled: [{module | nil, atom, arity}],
          place: integer | {integer, integer} | nil,
          inner: [integer]
        }

  @doc """
  Describes `code`, which stands in `env`'s function, as a call. Nil where no call will be left of it: it
  is a macro, a form of the language, or what Elixir writes out.
  """
  @spec describe(Macro.t(), Macro.Env.t()) :: t | nil
  def describe(code, env) do
    target = called(code, env)
    if target not in [nil | @code], do: describe(code, target, env)
  end

  defp describe({_, meta, args}, target, env) do
    %{
      shown: shown(target, env),
      compiled: [target | compiled(target, args)],
      place: place(meta),
      inner: inner(args)
    }
  end

  defp place(meta) do
    case {meta[:line], meta[:column]} do
      {line, nil} -> line
      {line, column} -> {line, column}
    end
  end

  # Calls of the arguments are evaluated first.
  defp inner(args) do
    {_, ids} =
      Macro.prewalk(args, [], fn
        {{:., _, [{:__aliases__, _, name}, call]}, _, [_ | _] = args} = node, ids
        when call in [:call, :expr] and name in [[:Escope], [:"Elixir", :Escope]] ->
          {node, Enum.filter(args, &is_integer/1) ++ ids}

        node, ids ->
          {node, ids}
      end)

    ids
  end

  defp called({{:., _, [module, name]}, _, args}, env) when is_atom(name) do
    case Macro.expand(module, env) do
      module when is_atom(module) ->
        target = {module, name, length(args)}
        if remote_macro?(target, env), do: nil, else: target

      _ ->
        {:_, name, length(args)}
    end
  end

  defp called({name, _, args} = call, env) when is_atom(name) and is_list(args) do
    unless Macro.special_form?(name, length(args)) or name == :super or macro?(call, env),
      do: {imported({name, length(args)}, env), name, length(args)}
  end

  defp called(_other, _env), do: nil

  defp imported(call, env) do
    Enum.find_value(env.functions, fn {module, calls} -> if call in calls, do: module end)
  end

  @doc """
  Whether `call` is one of a macro, as far as `env` knows. It only looks: to expand an alias here would
  count as its use, and a warning would be lost.
  """
  @spec macro?(Macro.t(), Macro.Env.t()) :: boolean
  def macro?({{:., _, [module, name]}, _, args}, env) when is_atom(name),
    do: remote_macro?({resolve(module, env), name, length(args)}, env)

  def macro?({name, _, args}, env) when is_atom(name) and is_list(args) do
    call = {name, length(args)}

    Enum.any?(env.macros, fn {_, calls} -> call in calls end) or
      Enum.any?([:defmacro, :defmacrop], &Module.defines?(env.module, call, &1))
  end

  def macro?(_other, _env), do: false

  # Escope's own are none of the source's.
  defp remote_macro?({module, name, arity}, env) do
    module in env.requires and module != Escope and Code.ensure_loaded?(module) and
      function_exported?(module, :__info__, 1) and {name, arity} in module.__info__(:macros)
  end

  defp resolve({:__aliases__, _, [head | rest]}, env) when is_atom(head) do
    alias_name = Module.concat([head])
    {_, module} = List.keyfind(env.aliases, alias_name, 0, {alias_name, alias_name})
    if Enum.all?(rest, &is_atom/1), do: Module.concat([module | rest])
  end

  defp resolve(module, _env), do: module

  # The names under which the compiled module may call it.
  defp compiled({:erlang, :apply, 3}, args), do: applied(args)
  defp compiled({Kernel, :apply, 3}, args), do: [{:erlang, :apply, 3} | applied(args)]

  defp compiled({module, name, arity} = target, _args) do
    rewritten =
      case @rewritten do
        %{^target => {module, name, order}} ->
          for n <- length(order)..(length(order) + 1), do: {module, name, n}

        _ ->
          []
      end

    case function_exported?(:elixir_rewrite, :inline, 3) and
           :elixir_rewrite.inline(module, name, arity) do
      {module, name} -> [{module, name, arity} | rewritten]
      false -> rewritten
    end
  end

  # The compiler makes a direct call of it where the arguments are a list in the source.
  defp applied([module, name, args]) when is_atom(name) and is_list(args) do
    module = if is_atom(module), do: module, else: :_
    [{module, name, length(args)}]
  end

  defp applied(_args), do: []

  # The name and the order of arguments that the source has. Without a name run time decides.
  defp shown({module, :apply, 3}, _env) when module in [Kernel, :erlang], do: {nil, nil}
  defp shown({:_, _name, _arity}, _env), do: {nil, nil}
  defp shown({nil, name, arity}, env), do: {{env.module, {name, arity}}, nil}

  defp shown({module, name, arity} = target, _env) do
    order = with %{^target => {_module, _name, order}} <- @rewritten, do: order
    {{module, {name, arity}}, if(is_list(order), do: order)}
  end
end
