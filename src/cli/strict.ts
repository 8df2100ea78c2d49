import type { Plan } from "../planner/index.ts";
import type { Io } from "./io.ts";
import { countText } from "./trace/units.ts";

/** What `--strict` says of a plan: 1 where something was left as it was, matched nothing, or has no effect. */
export function strictVerdict({ skipped, unmatched, idle }: Plan, io: Io): number {
  if (skipped.length > 0) io.stderr(`--strict: ${skipped.length} selected places were left as they are\n`);
  if (unmatched.length > 0) io.stderr(`--strict: these rules matched nothing: ${unmatched.join(", ")}\n`);
  if (idle.length > 0)
    io.stderr(`--strict: without effect: ${countText(idle.length, "place")}, listed above\n`);
  return skipped.length + unmatched.length + idle.length > 0 ? 1 : 0;
}
