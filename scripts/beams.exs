# Prints a line of JSON-free text for each compiled module below the folders given: what its beam file says of it.
# NAME|BEHAVIOURS|EXPORTS, each list separated by blanks. Nothing is loaded, so any version's beams can be read.
for folder <- System.argv(), path <- Path.wildcard(Path.join(folder, "*.beam")) do
  {:ok, {module, chunks}} = :beam_lib.chunks(String.to_charlist(path), [:attributes, :exports])
  behaviours = for {key, names} <- chunks[:attributes], key in [:behaviour, :behavior], name <- names, do: inspect(name)
  exports = for {name, arity} <- chunks[:exports], do: "#{name}/#{arity}"
  IO.puts("#{inspect(module)}|#{Enum.join(Enum.uniq(behaviours), " ")}|#{Enum.join(exports, " ")}")
end
