defmodule Escope.MacroCall do
  @moduledoc """
  Whether a call may be a macro that does something else with its arguments than evaluate them.
  Called by `Escope.Usage` and `Escope.unless_macro/2` in the compiler's process.

  It only reads the environment: expanding an alias or an import here would mark it as used and
  silence a warning.
  """

  # Their macros evaluate their arguments; the exceptions are in @binding.
  @transparent [Kernel, Logger, Integer, Bitwise]
  @binding [match?: 2, destructure: 2, var!: 2, dbg: 0]
  @variadic [:for, :with, :{}, :%{}, :<<>>, :__block__, :__aliases__, :fn, :super]

  @doc "`:local` is a call of the module's own, of which only the finished module knows what it is."
  @spec kind(Macro.t(), Macro.Env.t()) :: :function | :macro | :local
  def kind({{:., _, [module, name]}, _, args}, env) when is_atom(name),
    do: remote(resolve(module, env), {name, length(args)}, env)

  def kind({name, _, args}, env) when is_atom(name) do
    call = {name, length(args)}

    cond do
      call in @binding -> :macro
      form?(call) or imported?(env.functions, call) -> :function
      imported?(env.macros, call) -> imported_macro(call, env)
      true -> :local
    end
  end

  def kind(_call, _env), do: :function

  @doc "Whether one of `calls` is a macro that `module`, being compiled, has defined so far."
  @spec defined?(module, [Escope.Usage.call()]) :: boolean
  def defined?(module, calls) do
    Enum.any?(calls, fn call ->
      Module.defines?(module, call, :defmacro) or Module.defines?(module, call, :defmacrop)
    end)
  end

  defp form?({name, arity}) do
    name in @variadic or Macro.special_form?(name, arity) or not word?(Atom.to_string(name))
  end

  defp word?(name), do: name =~ ~r/\A[\p{L}_]/u

  defp imported?(imports, call), do: Enum.any?(imports, fn {_, calls} -> call in calls end)

  defp imported_macro(call, env) do
    opaque = Enum.reject(env.macros, fn {module, _} -> module in @transparent end)
    if imported?(opaque, call), do: :macro, else: :function
  end

  defp remote(module, call, env) do
    required? = module not in @transparent and module in env.requires
    if required? and call in macros(module), do: :macro, else: :function
  end

  defp macros(module) do
    if Code.ensure_loaded?(module) and function_exported?(module, :__info__, 1),
      do: module.__info__(:macros),
      else: []
  end

  defp resolve(module, _env) when is_atom(module), do: module

  defp resolve({:__aliases__, _, [head | rest] = parts}, env) do
    if Enum.all?(parts, &is_atom/1) do
      alias_name = Module.concat([head])
      {_, target} = List.keyfind(env.aliases, alias_name, 0, {alias_name, alias_name})
      Module.concat([target | rest])
    end
  end

  defp resolve(_module, _env), do: nil
end
