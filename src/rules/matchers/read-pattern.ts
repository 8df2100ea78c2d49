import { pointAt, rulePattern } from "../../errors.ts";
import { compilePattern, isPattern, type Pattern } from "../../parser/index.ts";
import { offsetIn, text, type Value } from "../yaml.ts";

/** Error: RULE_PATTERN, with the place in the pattern. */
export function readPattern(value: Value): Pattern {
  const written = text(value);
  const pattern = compilePattern(written.trimEnd());
  if (isPattern(pattern)) return pattern;
  const start = offsetIn(value, written, pattern.offset);
  throw rulePattern(pointAt(value.source, { start, end: start }), pattern.problem);
}
