import { isMacro } from "../../parser/index.ts";
import type { Candidate, Condition } from "../types.ts";

/** What a rule selects: macros only where the conditions that hold ask for them. */
export function whereAsked(holds: Condition): Condition {
  const asked: Condition = (candidate) => holds(candidate) && (!isMacro(candidate.clause) || asksFor(holds, candidate));
  return holds.parts === undefined ? asked : Object.assign(asked, { parts: holds.parts });
}

/** Whether a `function.kind` is part of why the condition holds. */
function asksFor({ parts, namesKind }: Condition, candidate: Candidate): boolean {
  if (parts === undefined || parts.how === "not") return namesKind === true;
  return parts.of.some(({ holds }) => holds(candidate) && asksFor(holds, candidate));
}
