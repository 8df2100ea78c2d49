import { as, atomName, field, type MapTerm, type Term } from "../etf/index.ts";
import { inspectTerm } from "../inspect/index.ts";
import { keyText } from "./patch.ts";

/** A key of a state that is another than before. */
export interface StateChange {
  /** The keys that lead to it, as people write them: `count`, `cart.items`; empty for a state without keys. */
  readonly path: string;
  /** Undefined where the key was not there. */
  readonly before: Term | undefined;
  /** Undefined where the key is gone. */
  readonly after: Term | undefined;
}

/** Keys in keys are told apart so deep. */
const DEPTH = 4;

/** What two states differ in, key by key. */
export function changesBetween(before: Term, after: Term): StateChange[] {
  return differences("", before, after, DEPTH);
}

function differences(path: string, before: Term, after: Term, depth: number): StateChange[] {
  if (before === after) return [];
  const [left, right] = [as(before, "map"), as(after, "map")];
  if (left !== null && right !== null && depth > 0 && isSameStruct(left, right))
    return byKey(path, left, right, depth);
  return inspectTerm(before) === inspectTerm(after) ? [] : [{ path, before, after }];
}

function byKey(path: string, left: MapTerm, right: MapTerm, depth: number): StateChange[] {
  const before = byName(left);
  const after = byName(right);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name): StateChange[] => {
    const inner = pathOf(path, name);
    const [old, next] = [before.get(name), after.get(name)];
    if (old !== undefined && next !== undefined) return differences(inner, old, next, depth - 1);
    return [{ path: inner, before: old, after: next }];
  });
}

function byName(map: MapTerm): Map<string, Term> {
  return new Map(map.entries.map(([key, value]) => [keyText(key), value]));
}

/** Of a socket its assigns are the state: they go without a name before them. */
function pathOf(path: string, name: string): string {
  const key = name.startsWith(":") ? name.slice(1) : name;
  return path === "" || path === "assigns" ? key : `${path}.${key}`;
}

function isSameStruct(left: MapTerm, right: MapTerm): boolean {
  return atomName(field(left, "__struct__")) === atomName(field(right, "__struct__"));
}
