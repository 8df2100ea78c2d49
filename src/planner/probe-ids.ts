import { createHash } from "node:crypto";
import type { PlannedProbe } from "./plan.ts";

/** A probe without its id; `ordinal` counts the calls or expressions of one target in a clause. */
export type Unnumbered = Omit<PlannedProbe, "id"> & { readonly ordinal?: number | undefined };

/**
 * Gives every probe its id: 31 bits of a hash over module, function, arity, clause and kind, and of what stands in a
 * clause also over its target and ordinal, so that an edit in one place renumbers no other. Of two probes with one hash
 * (or one name, where a module is defined twice), the later in order of file and line takes the next hash.
 */
export function assignIds(probes: readonly Unnumbered[]): PlannedProbe[] {
  const taken = new Set<number>();
  return probes.map(({ ordinal, ...probe }) => {
    let round = 0;
    let id = hashProbe(probe, ordinal, round);
    while (taken.has(id)) id = hashProbe(probe, ordinal, (round += 1));
    taken.add(id);
    return { id, ...probe };
  });
}

function hashProbe(probe: Omit<PlannedProbe, "id">, ordinal: number | undefined, round: number): number {
  const { module, function: name, arity, clause, kind, target } = probe;
  const site = target === undefined ? [] : [target, ordinal];
  const key = [module, name, arity, clause, kind, ...site, round].join("\0");
  return createHash("sha1").update(key).digest().readUInt32BE(0) >>> 1;
}
