import type { Plan } from "../../planner/index.ts";

export interface Count {
  readonly probes: number;
  readonly skipped: number;
}

/** What the rules of one set select. */
export interface Counts {
  readonly total: Count;
  readonly byRule: ReadonlyMap<string, Count>;
}

/** Counts a plan whose rules are called `NUMBER ID`, by the number of their set. */
export function countRules({ probes, skipped }: Plan, sets: number): Counts[] {
  const [chosen, left] = [probes.map(({ rules }) => rules), skipped.map(({ rules = [] }) => rules)];
  return Array.from({ length: sets }, (_, at) => {
    const [selected, refused] = [ownIds(chosen, at), ownIds(left, at)];
    const ids = new Set([...selected, ...refused].flat());
    const count = (id: string): Count => ({
      probes: selected.filter((rules) => rules.includes(id)).length,
      skipped: refused.filter((rules) => rules.includes(id)).length,
    });
    return {
      total: { probes: selected.length, skipped: refused.length },
      byRule: new Map([...ids].map((id) => [id, count(id)])),
    };
  });
}

/** Of each place that the set selects, its rules. */
function ownIds(places: readonly (readonly string[])[], set: number): string[][] {
  const prefix = `${set} `;
  return places.flatMap((rules) => {
    const own = rules.flatMap((id) => (id.startsWith(prefix) ? [id.slice(prefix.length)] : []));
    return own.length === 0 ? [] : [own];
  });
}
