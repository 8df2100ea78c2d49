import { readFileSync } from "node:fs";
import { type Int, type Load, parseLoads, type Probe } from "../protocol/index.ts";

type Probes = ReadonlyMap<Int, Probe>;

/** What an id stood for at a time, which counts from the VM's beginning. */
export type ProbeAt = (id: Int, time: number) => Probe | null;

interface Version {
  readonly from: number;
  readonly probes: Probes;
}

/**
 * Code can be instrumented anew and loaded while a recording runs: then lines move, and ids get other clauses. `loads` is
 * the path of what the VM noted of it, `begun` its monotonic clock at the beginning, null where that is not known.
 */
export function probesOverTime(
  first: Probes,
  loads: string,
  begun: bigint | null,
  read: (file: string) => Probes,
): ProbeAt {
  const noted = begun === null ? [] : readLoads(loads);
  if (noted.length === 0) return (id) => first.get(id) ?? null;
  const all = [first, ...new Set(noted.map(({ probes }) => read(probes)))];
  const versions = byModule(noted, begun ?? 0n, read);
  return (id, time) => {
    const known = all.find((probes) => probes.has(id))?.get(id);
    if (known === undefined) return null;
    const version = versions.get(known.module)?.findLast(({ from }) => from <= time);
    return (version?.probes ?? first).get(id) ?? known;
  };
}

/** The versions of each module in the order of their loading. */
function byModule(
  noted: readonly Load[],
  begun: bigint,
  read: (file: string) => Probes,
): Map<string, Version[]> {
  const versions = new Map<string, Version[]>();
  for (const { at, module, probes } of noted) {
    const version = { from: Number(at - begun), probes: read(probes) };
    versions.set(module, [...(versions.get(module) ?? []), version]);
  }
  return versions;
}

function readLoads(path: string): Load[] {
  try {
    return parseLoads(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
