import type { Rule, RuleSet } from "../types.ts";
import { list, member, parseYaml, pairs, type Value } from "../yaml.ts";
import { findAskedDoubts } from "./asked.ts";
import { findConditionDoubts } from "./conditions.ts";
import { takeApart } from "./conjunction.ts";
import { findContradictions } from "./contradictions.ts";
import { findCovered } from "./coverage.ts";
import { reporter, type Lint, type Report } from "./finding.ts";
import { findEmpty } from "./globs.ts";

export type { Lint } from "./finding.ts";

/** What is allowed in rules and cannot be meant, in order of file and line. */
export function lintRules({ rules, exclude = [] }: RuleSet): Lint[] {
  const lints = [...rules.flatMap(lintRule), ...findCovered(rules), ...exclude.flatMap((one) => lintMatch(null, one.written))];
  return lints.toSorted((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
}

function lintRule({ id, written, action, unhidden }: Rule): Lint[] {
  const match = member(written, "match");
  const asks = member(written, "do");
  const empty = asks === undefined || pairs(asks).length > 0 ? [] : [reporter(id)(asks, "this do asks for nothing", "Take it out: without it, everything is recorded.")];
  const bare = asks === undefined || unhidden === undefined ? [] : [reporter(id)(asks, unhiddenText(unhidden), "Write redact here, too: a do is replaced as a whole.")];
  const doubts = [...empty, ...bare, ...findConditionDoubts(action, reporter(id))];
  return match === undefined ? doubts : [...doubts, ...findAskedDoubts(match, action, reporter(id)), ...lintWhole(id, match)];
}

/** What the rule that is changed hid. */
export function unhiddenText({ file, names }: NonNullable<Rule["unhidden"]>): string {
  return `this do replaces that of ${file}, which hides ${names.join(", ")}: that is recorded now`;
}

function lintWhole(id: string, match: Value): Lint[] {
  const open = pairs(match).length === 0;
  if (open) return [reporter(id)(match, "it selects every function", 'Write function: { name: "*" }, if that is meant.')];
  return lintMatch(id, match);
}

function lintMatch(id: string | null, match: Value): Lint[] {
  const [parts, report] = [takeApart(match), reporter(id)];
  return [...findEmpty(parts, report), ...findContradictions(parts, report), ...findOpen(match, report)];
}

/** An entry of `any` without a condition holds for everything, and so does the whole list. */
function findOpen(match: Value, report: Report): Lint[] {
  return pairs(match).flatMap(([key, value]) => {
    if (key !== "any" && key !== "all") return [];
    return list(value).flatMap((entry) => {
      if (key === "all" || pairs(entry).length > 0) return findOpen(entry, report);
      return [report(entry, "this entry of any holds for everything, and the others say nothing", "Take it out, or give it a condition.")];
    });
  });
}

/** Matches below `utils` that nothing in the file names. */
export function lintUtils(path: string, yaml: string): Lint[] {
  const document = parseYaml({ path, text: yaml });
  const utils = member(document, "utils");
  if (utils === undefined) return [];
  const used = namesIn(document.node?.toJS(document.document));
  return pairs(utils).flatMap(([name, value]) => {
    const hint = "Take it out, if no file that extends this one uses it.";
    return used.has(name) ? [] : [reporter(null)(value, `nothing in this file uses ${name}`, hint)];
  });
}

/** Everything below a key `matches`, however deep. */
function namesIn(data: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof data !== "object" || data === null) return found;
  for (const [key, value] of Object.entries(data)) {
    if (key === "matches") for (const name of [value as unknown].flat()) found.add(String(name));
    else namesIn(value, found);
  }
  return found;
}
