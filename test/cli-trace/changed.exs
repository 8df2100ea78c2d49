# One callback that changes six keys with long names, for changed.test.ts: changed.exs POLICIES FOLDER.
[policies, folder] = System.argv()
{:ok, _} = Application.ensure_all_started(:escope)
:ok = Escope.start(record: folder, policies: policies)

old = Map.new(1..6, &{:"sample_count_of_window_#{&1}", &1})
new = Map.new(old, fn {key, value} -> {key, value + 1} end)

Escope.Probe.run(1, {Shop.Window, {:handle_info, 2}}, [{:heartbeat, "a node's name"}, old], fn ->
  {:noreply, new}
end)

:ok = Escope.stop()
