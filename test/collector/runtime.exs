# Probed code on the real runtime, for runtime.test.ts. Started with ESCOPE_RECORD and the runtime's build on the path;
# with `kill` it ends by SIGKILL of its own VM.

defmodule Till do
  require Escope

  Escope.probe 101, def total(items) do
    Enum.reduce(items, 0, fn item, sum -> sum + price(item) end)
  end

  Escope.probe 102, defp price({_name, cents}) when is_integer(cents) do
    cents
  end

  Escope.probe 103, :enter, def drain([_ | rest]) do
    drain(rest)
  end

  Escope.probe(104, (def drain([]), do: :empty))

  Escope.probe 107, [:sum], def receipt(items) do
    sum = items |> Escope.call(108, (total()))
    Escope.expr(109, (if sum > 400, do: {:large, sum}, else: {:small, sum}))
  end

  Escope.probe 105, def fail(reason) do
    raise ArgumentError, "no change: #{inspect(reason)}"
  end

  Escope.probe 106, def hang(parent) do
    send(parent, :hanging)
    Process.sleep(:infinity)
  end
end

{:ok, _} = Application.ensure_all_started(:escope)
450 = Till.total(tea: 300, jam: 150)
{:large, 500} = Till.receipt(tea: 500)
:empty = Till.drain([1, 2, 3])

try do
  Till.fail(%{password: "secret", cents: 1})
rescue
  ArgumentError -> :ok
end

me = self()
hanging = spawn(fn -> Till.hang(me) end)

receive do
  :hanging -> :ok
end

if System.argv() == ["kill"] do
  Process.sleep(1000)
  System.cmd("kill", ["-9", System.pid()])
  Process.sleep(:infinity)
end

Process.exit(hanging, :kill)
Process.sleep(300)
