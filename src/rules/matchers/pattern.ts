import { isScalar } from "yaml";
import { pointAt, rulePattern } from "../../errors.ts";
import { compilePattern, isPattern, type Pattern } from "../../parser/index.ts";
import { oneOrMore, text, type Value } from "../yaml.ts";
import { onClauses, type Selection } from "./selection.ts";

/** `pattern: Repo.insert($X)`: expressions of that form. */
export function compilePatterns(value: Value): Selection {
  const patterns = oneOrMore(value).map(compileOne);
  const texts = new Set(patterns.map((pattern) => pattern.text));
  return {
    ...onClauses(({ patterns: found }) => found?.some((one) => texts.has(one)) ?? false),
    sort: "expr",
    patterns,
  };
}

function compileOne(value: Value): Pattern {
  const written = text(value);
  const pattern = compilePattern(written.trimEnd());
  if (isPattern(pattern)) return pattern;
  const start = offsetIn(value, written, pattern.offset);
  throw rulePattern(pointAt(value.source, { start, end: start }), pattern.problem);
}

/** Where in the file the character at `offset` of a text stands: YAML folds, indents and quotes what it holds. */
function offsetIn({ source, span, node }: Value, written: string, offset: number): number {
  const isQuoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
  const lines = written.slice(0, offset).split("\n");
  let from = span.start + (isQuoted ? 1 : 0);
  for (const [at, line] of written.split("\n").entries()) {
    const found = source.text.indexOf(line, from);
    if (found === -1 || found > span.end) return span.start;
    if (at === lines.length - 1) return found + (lines.at(-1)?.length ?? 0);
    from = found + line.length;
  }
  return span.start;
}
