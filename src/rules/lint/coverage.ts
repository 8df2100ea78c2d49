import { valueText } from "../explain/words.ts";
import type { Rule } from "../types.ts";
import { member, type Value } from "../yaml.ts";
import { takeApart, type Atom, type Conjunction } from "./conjunction.ts";
import { reporter, type Lint } from "./finding.ts";
import { ranges } from "../matchers/range.ts";
import { covers, isLiteral, numbers, RANGES, textsIn } from "./values.ts";

/** Conditions that every function, in every module, meets. */
function isAlways({ key, value }: Atom): boolean {
  const open = key === "function.name" ? "*" : key === "path" || key === "module.name" ? "**" : undefined;
  return open !== undefined && textsIn(value).some(({ text }) => text === open);
}

/** Whether `atom` holds wherever all of `others` do. */
export function impliedBy(atom: Atom, others: readonly Atom[]): boolean {
  return isAlways(atom) || others.some((other) => other.key === atom.key && isWithin(other, atom));
}

const KIND = "function.kind";

const LISTS: ReadonlySet<string> = new Set(
  `path app dep module.name module.use module.behaviour module.kind module.defines function.name function.visibility
  ${KIND} function.callback_of call pattern`.split(/\s+/),
);

/** Each entry of `inner` is covered by one of `outer`. */
function isWithin(inner: Atom, outer: Atom): boolean {
  if (valueText(inner.value) === valueText(outer.value)) return true;
  if (RANGES.has(outer.key)) return numbers(inner.value).every(ranges(outer.value));
  if (!LISTS.has(outer.key)) return false;
  return textsIn(inner.value).every((one) => textsIn(outer.value).some((other) => covers(outer.key, other.text, one.text)));
}

interface Known {
  readonly rule: Rule;
  readonly match: Value;
  readonly parts: Conjunction;
  readonly at: number;
}

/** Rules that add nothing, for another one selects all that they do and asks for the same. */
export function findCovered(rules: readonly Rule[]): Lint[] {
  const known = rules.flatMap((rule, at): Known[] => {
    const match = member(rule.written, "match");
    return match === undefined ? [] : [{ rule, match, parts: takeApart(match), at }];
  });
  const near = neighbours(known);
  return known.flatMap((inner) => {
    const outer = near(inner).find((other) => {
      const isTwin = covered(other.parts, inner.parts) && other.at > inner.at;
      return other !== inner && !isTwin && asksSame(inner.rule, other.rule) && covered(inner.parts, other.parts);
    });
    if (outer === undefined) return [];
    const says = `everything that ${inner.rule.id} selects, ${outer.rule.id} (${outer.rule.file}) selects, too`;
    return [reporter(inner.rule.id)(inner.match, says, "Take one of them out, or ask for something else in its do.")];
  });
}

/** Of thousands of rules with globs, not each is held against each: that would take minutes for what is only advice. */
const MOST_PAIRS = 1_000_000;

/** The rules that may cover another one: those with a name of their own only where that has the name, too. */
function neighbours(known: readonly Known[]): (inner: Known) => readonly Known[] {
  const counts = new Map<string, number>();
  for (const { parts } of known)
    for (const name of parts.atoms.flatMap(namesIn)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [named, open] = [new Map<string, Known[]>(), [] as Known[]];
  for (const one of known) {
    const names = rarest(one.parts, counts);
    if (names === undefined) open.push(one);
    else for (const name of new Set(names)) named.set(name, [...(named.get(name) ?? []), one]);
  }
  const others = open.length * known.length > MOST_PAIRS ? [] : open;
  return ({ parts }) => {
    const found = new Set([...parts.atoms.flatMap(namesIn).flatMap((name) => named.get(name) ?? []), ...others]);
    return [...found].toSorted((a, b) => a.at - b.at);
  };
}

function namesIn({ key, value }: Atom): string[] {
  return LISTS.has(key) ? textsIn(value).map(({ text }) => `${key} ${text}`) : [];
}

/** What one of the conditions asks for by nothing but names; of several, the one whose names the fewest ask for. */
function rarest({ atoms }: Conjunction, counts: ReadonlyMap<string, number>): string[] | undefined {
  const literal = atoms
    .filter(({ key, value }) => LISTS.has(key) && textsIn(value).every(({ text }) => isLiteral(key, text)))
    .map((atom) => ({ names: namesIn(atom), most: Math.max(...namesIn(atom).map((name) => counts.get(name) ?? 0)) }));
  const [best] = literal.toSorted((a, b) => a.most - b.most);
  return best !== undefined && best.most * best.most <= MOST_PAIRS ? best.names : undefined;
}

function asksSame(a: Rule, b: Rule): boolean {
  if (a.sort !== b.sort) return false;
  const [one, other] = [member(a.written, "do"), member(b.written, "do")];
  return asked(one) === asked(other);
}

function asked(value: Value | undefined): string {
  return value === undefined ? "" : valueText(value);
}

/** Whether `outer` holds wherever `inner` does, as far as that is certain. */
function covered(inner: Conjunction, outer: Conjunction): boolean {
  if (outer.not.length > 0 && !outer.not.every(({ value }) => inner.not.some((one) => valueText(one.value) === valueText(value)))) return false;
  // Who asks for macros selects what nobody else does.
  if (inner.atoms.some(({ key }) => key === KIND) && !outer.atoms.some(({ key }) => key === KIND)) return false;
  const atoms = outer.atoms.every((atom) => impliedBy(atom, inner.atoms));
  return atoms && outer.any.every((entries) => entries.some((entry) => covered(inner, entry)));
}
