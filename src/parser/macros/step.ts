import type { Value } from "../about/value.ts";
import type { ModuleInfo } from "../facts.ts";
import type { Possible } from "./traits.ts";

/** Where the walk is in the macros. */
export interface Step {
  /** The module whose macro it is, or the module itself. */
  readonly from: ModuleInfo;
  readonly bound: Map<string, Value>;
  /** The condition by which it is not certain that this is reached at all. */
  readonly doubt: Possible | undefined;
  readonly depth: number;
  /** In a macro of the module's own statement that does nothing with its block but hand it on. */
  readonly handsOn?: boolean;
}

export function withBound(step: Step, bound: Map<string, Value>): Step {
  return { ...step, bound };
}
