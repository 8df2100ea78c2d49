import type { Value } from "../about/value.ts";
import { matches } from "./choose.ts";
import { evaluate } from "./evaluate.ts";
import { truthOf, type World } from "./values.ts";

/** At run time nothing is asked of modules. */
const NOWHERE: World = { user: "", exists: () => undefined, defines: () => undefined };

/** Whether `guard` holds where `value` is taken by `pattern`, as far as their texts tell. */
export function guardHolds(guard: Value, pattern: Value, value: Value): boolean | undefined {
  const bound = new Map<string, Value>();
  matches(pattern, value, bound);
  return truthOf(evaluate(guard, bound, NOWHERE));
}
