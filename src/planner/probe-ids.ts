import { createHash } from "node:crypto";
import type { PlannedProbe } from "./plan.ts";

type Unnumbered = Omit<PlannedProbe, "id">;

/**
 * Gives every probe its id: 31 bits of a hash over module, function, arity, clause and kind, so that an edit in one place
 * renumbers no other. Of two probes with one hash (or one name, where a module is defined twice), the later in order of
 * file and line takes the next hash.
 */
export function assignIds(probes: readonly Unnumbered[]): PlannedProbe[] {
  const taken = new Set<number>();
  return probes.map((probe) => {
    let round = 0;
    let id = hashProbe(probe, round);
    while (taken.has(id)) id = hashProbe(probe, (round += 1));
    taken.add(id);
    return { id, ...probe };
  });
}

function hashProbe({ module, function: name, arity, clause, kind }: Unnumbered, round: number): number {
  const key = [module, name, arity, clause, kind, round].join("\0");
  return createHash("sha1").update(key).digest().readUInt32BE(0) >>> 1;
}
