# Probed calls, in parts with pauses, for wire.test.ts. Started with ESCOPE_RECORD and the runtime's build on the path.
# Looks at processes are events, too.
Application.put_env(:escope, :samples, 0)
{:ok, _} = Application.ensure_all_started(:escope)
[calls] = System.argv()

for i <- 1..String.to_integer(calls) do
  Escope.Probe.run(1, {Till, {:sell, 1}}, [{:tea, i}], fn -> {:ok, i} end)
  if rem(i, 50) == 0, do: Process.sleep(20)
  if i == 100, do: Escope.mark("a hundred", %{sold: i})
end

Escope.stop()
IO.puts(inspect(Escope.status().drops))
