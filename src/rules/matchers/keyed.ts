import type { Condition } from "../types.ts";
import { every } from "./parts.ts";
import { entries, type Value } from "../yaml.ts";

/** What each key of a map of conditions compiles to. */
export type KeyTable = Readonly<Record<string, (value: Value) => Condition>>;

/** Compiles a map of conditions: every key must be known, and all conditions that are given must hold. */
export function compileKeyed(value: Value, table: KeyTable): Condition {
  const given = [...entries(value, Object.keys(table))];
  return every(
    given.flatMap(([key, part]) => {
      const holds = table[key]?.(part);
      return holds === undefined ? [] : [{ key, value: part, holds }];
    }),
  );
}
