import { pointAt, ruleMetavariable, rulePattern } from "../../errors.ts";
import { compilePattern, isPattern, type Pattern } from "../../parser/index.ts";
import { offsetIn, text, type Value } from "../yaml.ts";

/** Errors: RULE_PATTERN, RULE_METAVARIABLE, with the place in the pattern. */
export function readPattern(value: Value): Pattern {
  const written = text(value);
  const pattern = compilePattern(written.trimEnd());
  if (isPattern(pattern)) return pattern;
  const start = offsetIn(value, written, pattern.offset);
  const place = pointAt(value.source, { start, end: start });
  throw pattern.problem.startsWith("$") ? ruleMetavariable(place, pattern.problem) : rulePattern(place, pattern.problem);
}
