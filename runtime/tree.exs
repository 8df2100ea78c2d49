# Loaded by every mix.exs of a build tree. It gives the project the runtime as a dependency, and lets what pointed out of
# the original's root still point there, for the tree stands in another folder. Everything else stays as it is.
defmodule Escope.Tree do
  @moduledoc false

  @root Path.dirname(__DIR__)
  # The way from the root of the tree to the root of the original; `escope instrument` writes it in.
  @original Path.expand("ORIGINAL", @root)
  @runtime Path.join(__DIR__, "runtime")

  @doc "What `project/0` of the original returned, for the tree."
  def project(config) do
    dep = {:escope, path: @runtime}

    config
    |> Keyword.update(:deps, [dep], fn deps -> [dep | Enum.map(deps, &relocate_dep/1)] end)
    |> relocate_keys([:deps_path, :lockfile, :config_path])
  end

  @doc "What `application/0` of the original returned: an explicit list of applications has to name the runtime too."
  def application(config) do
    if Keyword.has_key?(config, :applications),
      do: Keyword.update!(config, :applications, &Enum.uniq([:escope | &1])),
      else: config
  end

  defp relocate_dep({name, opts}) when is_list(opts), do: {name, relocate_keys(opts, [:path])}

  defp relocate_dep({name, requirement, opts}) when is_list(opts),
    do: {name, requirement, relocate_keys(opts, [:path])}

  defp relocate_dep(dep), do: dep

  defp relocate_keys(opts, keys), do: Enum.map(opts, &relocate(&1, keys))

  defp relocate({key, path} = option, keys) when is_binary(path) do
    if key in keys and not inside?(path), do: {key, original(path)}, else: option
  end

  defp relocate(option, _keys), do: option

  defp inside?(path), do: within?(Path.expand(path), @root)

  defp within?(path, root), do: path == root or String.starts_with?(path, root <> "/")

  # A mix.exs in a subfolder (an umbrella's application) has the same subfolder in the original.
  defp original(path) do
    here = Path.relative_to(File.cwd!(), @root)
    Path.expand(path, Path.expand(here, @original))
  end
end
