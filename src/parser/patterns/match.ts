import { kindOf, type Constraint, type Where } from "./constraint.ts";
import type { Term } from "./term.ts";

/** What the metavariables of a pattern stand for. */
type Bindings = ReadonlyMap<string, readonly Term[]>;

const NONE: Bindings = new Map();

/** The full name of a module as it is written at the place of the code. */
export type Expand = (alias: string) => string;

const ANYTHING: Where = new Map();

/** Whether `code` has the form of `pattern`: one metavariable's code is the same wherever it stands. */
export function matches(pattern: Term, code: Term, expand: Expand, where: Where = ANYTHING): boolean {
  const names: Names = { expand, where };
  return matchTerm(pattern, code, NONE, names) !== undefined;
}

/** What names mean: modules where the code stands, metavariables by their conditions. */
interface Names {
  readonly expand: Expand;
  readonly where: Where;
}

function matchTerm(pattern: Term, code: Term, bound: Bindings, names: Names): Bindings | undefined {
  // A block is an argument for Elixir, but not for people.
  if (pattern.type === "one")
    return code.type === "section" ? undefined : bind(pattern.label, [code], bound, names);
  if (pattern.type === "pipe") {
    const sides = code.pipe?.();
    return sides && matchParts(pattern.parts, sides, bound, names);
  }
  if (pattern.type !== code.type || !sameLabel(pattern, code, names)) return undefined;
  const match = pattern.type === "map" ? matchUnordered : matchParts;
  return match(pattern.parts, code.parts, bound, names);
}

/** The pairs of a map have no order; with a metavariable for any number, there may be more of them. */
function matchUnordered(
  patterns: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
  names: Names,
): Bindings | undefined {
  const pairs = patterns.filter(({ type }) => type !== "many");
  const [first, ...others] = pairs;
  const many = patterns.filter(({ type }) => type === "many");
  if (first === undefined) return matchParts(many, parts, bound, names);
  for (const [at, part] of parts.entries()) {
    const next = matchTerm(first, part, bound, names);
    const rest = parts.toSpliced(at, 1);
    const found = next && matchUnordered([...others, ...many], rest, next, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameLabel(pattern: Term, code: Term, names: Names): boolean {
  if (pattern.label === code.label) return true;
  return pattern.type === "alias" && pattern.label === names.expand(code.label);
}

function matchParts(
  patterns: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
  names: Names,
): Bindings | undefined {
  const [first, ...rest] = patterns;
  if (first === undefined) return parts.length === 0 ? bound : undefined;
  if (first.type === "many") return matchMany(first.label, rest, parts, bound, names);
  const [part, ...others] = parts;
  const next = part && matchTerm(first, part, bound, names);
  return next && matchParts(rest, others, next, names);
}

/** As few as possible; more where what follows needs it. */
function matchMany(
  name: string,
  rest: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
  names: Names,
): Bindings | undefined {
  const needed = rest.filter(({ type }) => type !== "many").length;
  const isLast = rest.length === 0;
  for (let taken = isLast ? parts.length : 0; taken <= parts.length - needed; taken += 1) {
    const next = bind(name, parts.slice(0, taken), bound, names);
    const found = next && matchParts(rest, parts.slice(taken), next, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function bind(
  name: string,
  code: readonly Term[],
  bound: Bindings,
  { expand, where }: Names,
): Bindings | undefined {
  if (name.startsWith("_")) return bound;
  const constraint = where.get(name);
  if (constraint && !code.every((part) => satisfies(part, constraint, expand))) return undefined;
  const before = bound.get(name);
  if (before === undefined) return new Map(bound).set(name, code);
  return sameParts(before, code) ? bound : undefined;
}

function satisfies(code: Term, { text, kinds, forms, not }: Constraint, expand: Expand): boolean {
  if (kinds !== undefined && !kinds.includes(kindOf(code))) return false;
  if (forms !== undefined && !forms.some(({ root, where }) => matches(root, code, expand, where)))
    return false;
  if (text !== undefined && !text(code.text)) return false;
  return not === undefined || !satisfies(code, not, expand);
}

function same(a: Term, b: Term): boolean {
  return a.type === b.type && a.label === b.label && sameParts(a.parts, b.parts);
}

function sameParts(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((part, at) => same(part, b[at] as Term));
}
