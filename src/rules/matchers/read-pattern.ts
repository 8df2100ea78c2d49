import { pointAt, ruleMetavariable, rulePattern, rulePatternSlow } from "../../errors.ts";
import { compilePattern, isPattern, type Pattern } from "../../parser/index.ts";
import { offsetIn, text, type Value } from "../yaml.ts";

/** Errors: RULE_PATTERN, RULE_METAVARIABLE, with the place in the pattern; RULE_PATTERN_SLOW where it is searched for. */
export function readPattern(value: Value, isPart = false): Pattern {
  const written = text(value);
  const pattern = compilePattern(written.trimEnd(), isPart);
  if (isPattern(pattern)) return { ...pattern, tooHard: () => rulePatternSlow(pointAt(value.source, value.span)) };
  const start = offsetIn(value, written, pattern.offset);
  const place = pointAt(value.source, { start, end: start });
  throw pattern.problem.startsWith("$") ? ruleMetavariable(place, pattern.problem) : rulePattern(place, pattern.problem);
}
