import type { PlannedProbe } from "../planner/index.ts";

/** A pure insertion: `text` goes in before the character at `at`. Holds no newline, so that every token keeps its line. */
export interface Edit {
  readonly at: number;
  readonly text: string;
  /** The probe it belongs to; null for what a whole module needs. */
  readonly probeId: number | null;
}

/**
 * The insertions that put `probes` (all of one file) into its text. `alias` is how the file can name the runtime:
 * `Escope`, or `Elixir.Escope` where that name may mean something else.
 */
export function editsFor(probes: readonly PlannedProbe[], alias: "Escope" | "Elixir.Escope"): Edit[] {
  const requires = [...new Set(probes.map(({ site }) => site.requireAt))].map((at) => ({
    at,
    text: ` require ${alias};`,
    probeId: null,
  }));
  return [...requires, ...probes.flatMap((probe) => probeEdits(probe, alias))];
}

function probeEdits({ id, mode, site }: PlannedProbe, alias: string): Edit[] {
  const options = `${id}, ${mode === "enter" ? ":enter, " : ""}`;
  const { start, end } = site.span;
  if (site.form === "prefix") return [{ at: start, text: `${alias}.probe ${options}`, probeId: id }];
  return [
    { at: start, text: `${alias}.probe(${options}(`, probeId: id },
    { at: end, text: "))", probeId: id },
  ];
}
