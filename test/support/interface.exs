# What Elixir says of the modules of a compiled project: for each beam below the folder that is the first argument, a line
# `MODULE|BEHAVIOURS|FUNCTIONS`, the two lists separated by blanks.
[folder] = System.argv()

for path <- Path.wildcard(Path.join(folder, "*.beam")), module = path |> Path.basename(".beam") |> String.to_atom() do
  {:module, ^module} = :code.load_abs(path |> Path.rootname() |> String.to_charlist())
  behaviours = for {:behaviour, names} <- module.module_info(:attributes), name <- names, do: inspect(name)
  functions = if function_exported?(module, :__info__, 1), do: module.__info__(:functions), else: []
  keys = for {name, arity} <- functions, do: "#{name}/#{arity}"
  IO.puts(Enum.join([inspect(module), Enum.join(behaviours, " "), Enum.join(keys, " ")], "|"))
end
