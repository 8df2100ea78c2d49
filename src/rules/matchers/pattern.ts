import { pointAt, ruleSorts } from "../../errors.ts";
import { constrained, isDefinition, NO_SITES, type Pattern } from "../../parser/index.ts";
import type { Condition } from "../types.ts";
import { oneOrMore, type Value } from "../yaml.ts";
import { readPattern } from "./read-pattern.ts";
import { onClauses, type Selection } from "./selection.ts";
import { compileWhere } from "./where.ts";

/** `pattern: Repo.insert($X)`: expressions of that form, or clauses: `def f($X)`. `where`: what must hold for its metavariables. */
export function compilePatterns(value: Value, where: Value | undefined): Selection {
  const plain = oneOrMore(value).map((one) => readPattern(one));
  const conditions = where === undefined ? new Map() : compileWhere(where, plain);
  const id = where === undefined ? "" : `${where.source.path}:${where.span.start}`;
  const patterns = plain.map((pattern) => constrained(pattern, conditions, id));
  const keys = new Set(patterns.map(({ key }) => key));
  const heads = patterns.filter(isDefinition);
  if (heads.length > 0 && heads.length < patterns.length)
    throw ruleSorts(pointAt(value.source, value.span), "either all patterns of a list are definitions, or none is");
  if (heads.length > 0) return onClauses(ofClauses(keys, heads), { ...NO_SITES, heads });
  return {
    ...onClauses(({ patterns: found }) => found?.some((one) => keys.has(one)) ?? false),
    sort: "expr",
    patterns,
  };
}

/** `def f($X)` speaks of the clause itself; `defmacro …` asks for macros. */
function ofClauses(keys: ReadonlySet<string>, heads: readonly Pattern[]): Condition {
  const holds: Condition = ({ clause }) => clause.forms.some((form) => keys.has(form));
  const isOfMacros = heads.some(({ root }) => root.label.startsWith("defmacro"));
  return isOfMacros ? Object.assign(holds, { namesKind: true as const }) : holds;
}
