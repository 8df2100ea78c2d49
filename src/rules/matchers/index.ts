import type { Condition } from "../types.ts";
import { entries, some, type Value } from "../yaml.ts";
import { compileCall } from "./call.ts";
import { compileFunction } from "./function.ts";
import { compileModule } from "./module.ts";
import { compilePath } from "./path.ts";
import { compilePatterns } from "./pattern.ts";
import { allOf, anyOf, complete, noneOf, onClauses, type Selection } from "./selection.ts";

const KEYS: Readonly<Record<string, (value: Value) => Selection>> = {
  path: plain(compilePath),
  module: plain(compileModule),
  function: plain(compileFunction),
  call: compileCall,
  pattern: compilePatterns,
  all: (value) => allOf(value, some(value).map(compileConditions)),
  any: (value) => anyOf(value, some(value).map(compileConditions)),
  not: (value) => noneOf(value, compileConditions(value)),
};

/** `match:` of a rule: every key that is given must hold. */
export function compileMatch(value: Value): Selection {
  return complete(compileConditions(value));
}

/** `match:`, or an entry of `all`, `any` and `not`. */
function compileConditions(value: Value): Selection {
  const selections = [...entries(value, Object.keys(KEYS))].flatMap(([key, given]) => KEYS[key]?.(given) ?? []);
  return allOf(value, selections);
}

function plain(compile: (value: Value) => Condition): (value: Value) => Selection {
  return (value) => onClauses(compile(value));
}
