import { applyEdits, editsFor } from "../emit/index.ts";
import type { Planned } from "../instrument.ts";
import type { PlannedProbe } from "../planner/index.ts";
import type { ProbeText } from "./place.ts";

/** The lines that the probe changes. No edit holds a newline, so that lines before and after stand side by side. */
export function probeText({ files, index }: Planned, probe: PlannedProbe): ProbeText[] {
  const source = files.sources.find(({ path }) => path === probe.file);
  if (source === undefined) return [];
  const isNamed = index.files.find(({ path }) => path === probe.file)?.namesEscope === true;
  const edits = editsFor([probe], isNamed ? "Elixir.Escope" : "Escope").filter(
    ({ probeId }) => probeId === probe.id,
  );
  const before = source.text.split("\n");
  const after = applyEdits(source.text, edits).split("\n");
  return before.flatMap((line, at) => {
    const now = after[at] ?? "";
    return now === line ? [] : [{ line: at + 1, before: line.trimEnd(), after: now.trimEnd() }];
  });
}
