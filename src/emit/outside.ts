import { MagicString } from "magic-string";
import type { PlannedProbe } from "../planner/index.ts";
import type { Edit } from "./edits.ts";

/**
 * `text` with all `edits` in it and without the bodies of probed clauses in which none of them lies: what such a body says
 * between its `do` and its `end` parses as before, whatever stands around it. So this parses where the whole does, in less time.
 */
export function outsideBodies(text: string, edits: readonly Edit[], probes: readonly PlannedProbe[]): string {
  const magic = new MagicString(text);
  for (const edit of edits) magic.appendLeft(edit.at, edit.text);
  const places = edits.map(({ at }) => at).toSorted((a, b) => a - b);
  for (const { site } of probes) {
    if (site.block === undefined) continue;
    // What stands behind `do` stays, to part it from `end`.
    const [from, to] = [site.block + "do ".length, site.span.end - "end".length];
    if (from < to && !isBetween(places, from, to)) magic.remove(from, to);
  }
  return magic.toString();
}

/** Whether one of the sorted `places` lies between two others. */
function isBetween(places: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return (places[low] ?? Infinity) <= to;
}
