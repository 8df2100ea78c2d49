import { as, atomName, type Term } from "../etf/index.ts";

/** The rest of a term that the runtime made, `{'$escope', kind, …}`; null for other terms. */
export function markOf(term: Term | undefined, kind: string): readonly Term[] | null {
  const [tag, name, ...rest] = as(term, "tuple")?.items ?? [];
  return atomName(tag) === "$escope" && atomName(name) === kind ? rest : null;
}

/** A state that an event names instead of carrying it. */
export interface StateRef {
  readonly version: number;
  /** What of the state stands there: its assigns; null for all of it. */
  readonly part: string | null;
}

export function stateRef(term: Term | undefined): StateRef | null {
  const [version, part] = markOf(term, "state") ?? [];
  return typeof version === "number" ? { version, part: atomName(part) } : null;
}

/** Whether something was left out anywhere in a term. */
export function isWhole(term: Term): boolean {
  if (typeof term !== "object") return true;
  if (term.type === "map") return term.entries.every(([key, value]) => isWhole(key) && isWhole(value));
  if (term.type === "list")
    return term.items.every(isWhole) && (term.tail === undefined || isWhole(term.tail));
  return term.type !== "tuple" || (atomName(term.items[0]) !== "$escope" && term.items.every(isWhole));
}
