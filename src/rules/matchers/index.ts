import type { Condition } from "../types.ts";
import { some, type Value } from "../yaml.ts";
import { compileKeyed, type KeyTable } from "./keyed.ts";
import { compileFunction } from "./function.ts";
import { compileModule } from "./module.ts";
import { compilePath } from "./path.ts";

const KEYS: KeyTable = {
  path: compilePath,
  module: compileModule,
  function: compileFunction,
  all: (value) => {
    const conditions = some(value).map(compileMatch);
    return (candidate) => conditions.every((holds) => holds(candidate));
  },
  any: (value) => {
    const conditions = some(value).map(compileMatch);
    return (candidate) => conditions.some((holds) => holds(candidate));
  },
  not: (value) => {
    const condition = compileMatch(value);
    return (candidate) => !condition(candidate);
  },
};

/** `match:` of a rule, and of each entry of `all`, `any` and `not`: every key that is given must hold. */
export function compileMatch(value: Value): Condition {
  return compileKeyed(value, KEYS);
}
