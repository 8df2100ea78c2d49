import { constrained } from "../../parser/index.ts";
import { oneOrMore, type Value } from "../yaml.ts";
import { readPattern } from "./read-pattern.ts";
import { onClauses, type Selection } from "./selection.ts";
import { compileWhere } from "./where.ts";

/** `pattern: Repo.insert($X)`: expressions of that form. `where`: what must hold for its metavariables. */
export function compilePatterns(value: Value, where: Value | undefined): Selection {
  const plain = oneOrMore(value).map(readPattern);
  const conditions = where === undefined ? new Map() : compileWhere(where, plain);
  const id = where === undefined ? "" : `${where.source.path}:${where.span.start}`;
  const patterns = plain.map((pattern) => constrained(pattern, conditions, id));
  const keys = new Set(patterns.map(({ key }) => key));
  return {
    ...onClauses(({ patterns: found }) => found?.some((one) => keys.has(one)) ?? false),
    sort: "expr",
    patterns,
  };
}
