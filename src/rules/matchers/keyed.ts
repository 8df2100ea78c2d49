import type { Condition } from "../types.ts";
import { entries, type Value } from "../yaml.ts";

/** What each key of a map of conditions compiles to. */
export type KeyTable = Readonly<Record<string, (value: Value) => Condition>>;

/** Compiles a map of conditions: every key must be known, and all conditions that are given must hold. */
export function compileKeyed(value: Value, table: KeyTable): Condition {
  const conditions = [...entries(value, Object.keys(table))].flatMap(([key, given]) => table[key]?.(given) ?? []);
  return (candidate) => conditions.every((holds) => holds(candidate));
}
