import { pointAt, ruleUnknownMetavariable } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { metavariablesOf, type Constraint, type Pattern, type Where } from "../../parser/index.ts";
import { checkRegex } from "../regex.ts";
import { entries, oneOrMore, pairs, text, type Value } from "../yaml.ts";
import { patiently } from "./patience.ts";
import { readPattern } from "./read-pattern.ts";

/** `where: { $X: { kind: atom } }`. Errors: RULE_UNKNOWN_METAVARIABLE, RULE_REGEX, RULE_PATTERN. */
export function compileWhere(value: Value, patterns: readonly Pattern[]): Where {
  const where = new Map<string, Constraint>();
  for (const [name, constraint, key] of pairs(value)) {
    const bare = name.replace(/^\$+/, "");
    const isNamed = name.startsWith("$");
    const without = patterns.find((pattern) => !isNamed || !metavariablesOf(pattern).includes(bare));
    if (without !== undefined) throw unknownMetavariable(key, name, without);
    where.set(bare, compileConstraint(constraint));
  }
  return where;
}

function unknownMetavariable(key: Value, name: string, pattern: Pattern): Error {
  const known = metavariablesOf(pattern).map((one) => `$${one}`);
  const place = pointAt(key.source, key.span);
  return ruleUnknownMetavariable(place, name, pattern.text, known, nearest(name, known));
}

function compileConstraint(value: Value): Constraint {
  const keys = entries(value, ["regex", "kind", "pattern", "not"]);
  const [regex, kind, pattern, not] = ["regex", "kind", "pattern", "not"].map((key) => keys.get(key));
  return {
    text: regex && anyRegex(regex),
    kinds: kind && oneOrMore(kind).map(text),
    forms: pattern && oneOrMore(pattern).map((one) => readPattern(one, true)),
    not: not && compileConstraint(not),
  };
}

function anyRegex(value: Value): (code: string) => boolean {
  const all = oneOrMore(value).map(compileRegex);
  return (code) => all.some((matches) => matches(code));
}

/** A regular expression that is stopped when it does not come to an end. Error: RULE_REGEX_SLOW. */
function compileRegex(value: Value): (code: string) => boolean {
  checkRegex(value);
  const [, flags = "", body = ""] = /^(?:\(\?([imsx]+)\))?([^]*)$/.exec(text(value)) ?? [];
  const regex = toRegExp(body, flags.replaceAll("x", ""));
  if (isHarmless(body)) return (code) => regex.test(code);
  return patiently(value, (code) => regex.test(code));
}

/** Without repeated groups and with few repetitions at all it cannot take long; the guard costs more than the search. */
function isHarmless(body: string): boolean {
  const repetitions = body.match(/[*+{]/g)?.length ?? 0;
  return repetitions <= 2 && !/\)[*+{?]|\\[1-9k]/.test(body);
}

function toRegExp(body: string, flags: string): RegExp {
  try {
    return new RegExp(body, `${flags}u`);
  } catch {
    return new RegExp(body, flags);
  }
}
