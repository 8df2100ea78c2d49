import type { Term } from "./term.ts";

/** What the metavariables of a pattern stand for. */
type Bindings = ReadonlyMap<string, readonly Term[]>;

const NONE: Bindings = new Map();

/** The full name of a module as it is written at the place of the code. */
export type Expand = (alias: string) => string;

/** Whether `code` has the form of `pattern`: one metavariable's code is the same wherever it stands. */
export function matches(pattern: Term, code: Term, expand: Expand): boolean {
  return matchTerm(pattern, code, NONE, expand) !== undefined;
}

function matchTerm(pattern: Term, code: Term, bound: Bindings, expand: Expand): Bindings | undefined {
  if (pattern.type === "one") return bind(pattern.label, [code], bound);
  if (pattern.type === "pipe") {
    const sides = code.pipe?.();
    return sides && matchParts(pattern.parts, sides, bound, expand);
  }
  if (pattern.type !== code.type || !sameLabel(pattern, code, expand)) return undefined;
  const match = pattern.type === "map" ? matchUnordered : matchParts;
  return match(pattern.parts, code.parts, bound, expand);
}

/** The pairs of a map have no order; with a metavariable for any number, there may be more of them. */
function matchUnordered(
  patterns: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
  expand: Expand,
): Bindings | undefined {
  const pairs = patterns.filter(({ type }) => type !== "many");
  const [first, ...others] = pairs;
  const many = patterns.filter(({ type }) => type === "many");
  if (first === undefined) return matchParts(many, parts, bound, expand);
  for (const [at, part] of parts.entries()) {
    const next = matchTerm(first, part, bound, expand);
    const rest = parts.toSpliced(at, 1);
    const found = next && matchUnordered([...others, ...many], rest, next, expand);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameLabel(pattern: Term, code: Term, expand: Expand): boolean {
  if (pattern.label === code.label) return true;
  return pattern.type === "alias" && pattern.label === expand(code.label);
}

function matchParts(
  patterns: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
  expand: Expand,
): Bindings | undefined {
  const [first, ...rest] = patterns;
  if (first === undefined) return parts.length === 0 ? bound : undefined;
  if (first.type === "many") return matchMany(first.label, rest, parts, bound, expand);
  const [part, ...others] = parts;
  const next = part && matchTerm(first, part, bound, expand);
  return next && matchParts(rest, others, next, expand);
}

/** As few as possible; more where what follows needs it. */
function matchMany(
  name: string,
  rest: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
  expand: Expand,
): Bindings | undefined {
  const needed = rest.filter(({ type }) => type !== "many").length;
  const isLast = rest.length === 0;
  for (let taken = isLast ? parts.length : 0; taken <= parts.length - needed; taken += 1) {
    const next = bind(name, parts.slice(0, taken), bound);
    const found = next && matchParts(rest, parts.slice(taken), next, expand);
    if (found !== undefined) return found;
  }
  return undefined;
}

function bind(name: string, code: readonly Term[], bound: Bindings): Bindings | undefined {
  if (name.startsWith("_")) return bound;
  const before = bound.get(name);
  if (before === undefined) return new Map(bound).set(name, code);
  return sameParts(before, code) ? bound : undefined;
}

function same(a: Term, b: Term): boolean {
  return a.type === b.type && a.label === b.label && sameParts(a.parts, b.parts);
}

function sameParts(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((part, at) => same(part, b[at] as Term));
}
