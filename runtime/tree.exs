# Loaded by the mix.exs files of a build tree. It gives the project the runtime as a dependency, and lets what pointed out
# of the original's root still point there, for the tree stands in another folder. Everything else stays as it is.
defmodule Escope.Tree do
  @moduledoc false

  @root Path.dirname(__DIR__)
  # The way from the root of the tree to the root of the original; `escope instrument` writes it in.
  @original Path.expand("ORIGINAL", @root)
  # Dependencies with probes: name, folder in the tree, folder of the original (both from their root); written in as well.
  @instrumented :DEPENDENCIES
  # Applications of the umbrella that are links out of the original: folder in the tree, what the link leads to; as above.
  @linked :LINKED
  @runtime Path.join(__DIR__, "runtime")
  # Where dependencies lie that are no part of the mirror: a way from one of them to the next leads to the original's.
  @apart Path.join(__DIR__, "deps")

  # A build folder that the environment names is the original's.
  for name <- ["MIX_BUILD_PATH", "MIX_BUILD_ROOT"], path = System.get_env(name), path != "" do
    unless String.ends_with?(path, "_escope"), do: System.put_env(name, path <> "_escope")
  end

  @doc "What `project/0` of the original returned, for the tree."
  def project(config) do
    runtime = {:escope, path: @runtime}
    config = located(config)
    deps = config[:deps] || []
    Keyword.put(config, :deps, [runtime | deps ++ hidden(deps)])
  end

  @doc "The same for a project without probes."
  def located(config) do
    config
    |> relocate_keys([:deps_path, :lockfile, :config_path])
    |> relocate_lists([:elixirc_paths, :erlc_paths, :test_paths])
    |> own_build()
    |> update(:deps, fn deps -> Enum.map(deps, &relocate_dep/1) end)
  end

  @doc "What `application/0` of the original returned: an explicit list of applications has to name the runtime too."
  def application(config), do: update(config, :applications, &Enum.uniq([:escope | &1]))

  # A build folder outside of the root is shared with other projects: the tree has its own.
  defp own_build(config) do
    update(config, :build_path, fn path ->
      if stays?(Path.expand(path)), do: path, else: Path.join(@root, "_build")
    end)
  end

  defp relocate_dep({name, opts}) when is_list(opts), do: relocate_dep({name, nil, opts})
  defp relocate_dep({name, requirement}), do: relocate_dep({name, requirement, []})

  defp relocate_dep({name, requirement, opts}) do
    place = if of_project?(), do: place(name)

    cond do
      place -> {name, [path: place, override: true] ++ Keyword.take(opts, usage())}
      requirement -> {name, requirement, beside(name, relocate_path(opts))}
      true -> {name, beside(name, relocate_path(opts))}
    end
  end

  defp relocate_dep(dep), do: dep

  defp relocate_path(opts) do
    case beyond_link(opts[:path]) do
      nil -> relocate_keys(opts, [:path])
      path -> Keyword.put(opts, :path, path)
    end
  end

  # Mix goes into what a link leads to, and there a way up starts.
  defp beyond_link(path) when is_binary(path) do
    here = File.cwd!()
    link = Enum.find(@linked, fn {folder, _} -> within?(here, Path.join(@root, folder)) end)

    if link && Path.type(path) == :relative &&
         !within?(Path.expand(path), Path.join(@root, elem(link, 0))) do
      full = Path.expand(path, Path.expand(elem(link, 1), @original))

      if within?(full, @original),
        do: Path.expand(Path.relative_to(full, @original), @root),
        else: full
    end
  end

  defp beyond_link(_), do: nil

  # Mix only says that it is not there. Where the tree has lost its original, that is why.
  defp beside(name, opts) do
    path = opts[:path]

    if is_binary(path) and not File.dir?(path) and
         not File.exists?(Path.join(@original, "mix.exs")) do
      IO.puts(:stderr, """
      escope: this tree was moved without its original: #{name} lies beside that and is used there. Name #{name} under deps \
      in escope's configuration and instrument again, then the tree has a copy of it; or move the original along.
      """)
    end

    opts
  end

  # What says how a dependency is used; the rest says where it comes from.
  defp usage, do: [:only, :targets, :env, :app, :compile, :optional, :runtime, :system_env]

  # Dependencies of dependencies are overridden from here, without becoming applications of this one.
  defp hidden(deps) do
    listed = for dep <- deps, is_tuple(dep), do: elem(dep, 0)

    for {name, _, _} <- @instrumented, of_project?(), name not in listed do
      {name, path: place(name), override: true, runtime: false}
    end
  end

  defp place(name) do
    with {_, folder, _} <- List.keyfind(@instrumented, name, 0), do: Path.join(@root, folder)
  end

  defp of_project?, do: is_nil(own_folder())

  # The folder of the dependency whose mix.exs is being read, and where its original is.
  defp own_folder do
    here = File.cwd!()

    Enum.find_value(@instrumented, fn {_, folder, original} ->
      if within?(here, Path.join(@root, folder)),
        do: {Path.join(@root, folder), Path.expand(original, @original)}
    end)
  end

  defp relocate_keys(opts, keys),
    do: Enum.reduce(keys, opts, &update(&2, &1, fn path -> relocate(path) end))

  defp relocate_lists(config, keys),
    do:
      Enum.reduce(
        keys,
        config,
        &update(&2, &1, fn paths -> Enum.map(paths, fn path -> relocate(path) end) end)
      )

  defp update(config, key, fun) do
    if config[key], do: Keyword.update!(config, key, fun), else: config
  end

  defp relocate(path) when is_binary(path) do
    full = Path.expand(path)
    if stays?(full), do: path, else: original(path, full)
  end

  defp relocate(path), do: path

  defp stays?(full) do
    case own_folder() do
      {folder, _} -> within?(full, folder) or (within?(full, @root) and not within?(full, @apart))
      nil -> within?(full, @root)
    end
  end

  defp within?(path, root), do: path == root or String.starts_with?(path, root <> "/")

  # An absolute path was written so, or made from `__DIR__`: then its way from here says what was meant.
  defp original(path, full) do
    {here, there} = own_folder() || {@root, @original}
    meant = Path.expand(way(Path.split(here), Path.split(full)), there)
    if Path.type(path) != :absolute or File.exists?(meant), do: meant, else: full
  end

  defp way([part | from], [part | to]), do: way(from, to)
  defp way(from, to), do: Path.join(["." | Enum.map(from, fn _ -> ".." end)] ++ to)
end
