# Compiles the folders that it is given and runs every `Loops.X.run(rounds)` of each in a process that may not grow.
# Prints a line for each: module, and `done` or what it died of.
[rounds, words | folders] = System.argv()
{rounds, words} = {String.to_integer(rounds), String.to_integer(words)}
Code.put_compiler_option(:ignore_module_conflict, true)
# A process that is killed for its size is told of.
Logger.configure(level: :none)

for folder <- folders do
  files = Path.wildcard(Path.join(folder, "**/*.ex"))
  {:ok, modules, _warnings} = Kernel.ParallelCompiler.compile(files)

  for module <- Enum.sort(modules), function_exported?(module, :run, 1) do
    limits = [max_heap_size: %{size: words, kill: true, error_logger: false}]
    work = fn -> exit({:ended, module.run(rounds)}) end
    {pid, ref} = :erlang.spawn_opt(work, [:monitor | limits])

    ended =
      receive do
        {:DOWN, ^ref, :process, ^pid, {:ended, _}} -> "done"
        {:DOWN, ^ref, :process, ^pid, reason} -> inspect(reason)
      end

    IO.puts("#{inspect(module)} #{ended}")
  end

  IO.puts("")
end
