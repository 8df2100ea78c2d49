import type { Bindings, Matcher } from "./match.ts";
import type { Term } from "./term.ts";

/** What of a map is no pair: the struct's name, and the map that is updated. */
const FIXED: ReadonlySet<string> = new Set(["struct", "base"]);

/** The pairs of a map have no order; with a metavariable for any number, there may be more of them. */
export function matchPairs(
  matcher: Matcher,
  pattern: Term,
  code: Term,
  bound: Bindings,
): Bindings | undefined {
  let next: Bindings | undefined = bound;
  for (const type of FIXED) {
    const [asked, own] = [pattern, code].map(({ parts }) => parts.find((part) => part.type === type));
    if ((asked === undefined) !== (own === undefined)) return undefined;
    if (asked && own) next = next && matcher.term(asked, own, next);
  }
  if (next === undefined) return undefined;
  const [asked, own] = [pattern, code].map(({ parts }) => parts.filter(({ type }) => !FIXED.has(type)));
  return matchUnordered(matcher, asked ?? [], own ?? [], next);
}

function matchUnordered(
  matcher: Matcher,
  patterns: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
): Bindings | undefined {
  const pairs = patterns.filter(({ type }) => type !== "many");
  const rest = patterns.find(({ type }) => type === "many");
  if (rest === undefined ? pairs.length !== parts.length : pairs.length > parts.length) return undefined;
  const isFree = !pairs.some((pair) => holdsShared(matcher, pair));
  const isRestFree = rest === undefined || (!matcher.isShared(rest) && !matcher.isAsked(rest));
  if (isFree && isRestFree) return assigned(matcher, pairs, parts, bound) ? bound : undefined;
  return tried(matcher, pairs.toSorted(byMetavariables), parts, { rest, bound });
}

/** Each pair to one of its own, where none speaks of what another one stands for: augmenting paths find it. */
function assigned(
  matcher: Matcher,
  pairs: readonly Term[],
  parts: readonly Term[],
  bound: Bindings,
): boolean {
  const fits = pairs.map((pair) => parts.map((part) => matcher.term(pair, part, bound) !== undefined));
  const owner = new Map<number, number>();
  const give = (pair: number, seen: Set<number>): boolean =>
    parts.some((_, part) => {
      if (!fits[pair]?.[part] || seen.has(part)) return false;
      seen.add(part);
      const before = owner.get(part);
      if (before !== undefined && !give(before, seen)) return false;
      owner.set(part, pair);
      return true;
    });
  return pairs.every((_, pair) => give(pair, new Set()));
}

interface Left {
  readonly rest: Term | undefined;
  readonly bound: Bindings;
}

function tried(
  matcher: Matcher,
  [first, ...others]: readonly Term[],
  parts: readonly Term[],
  { rest, bound }: Left,
): Bindings | undefined {
  if (first === undefined) return rest === undefined ? bound : matcher.bind(rest, parts, bound);
  for (const [at, part] of parts.entries()) {
    const next = matcher.term(first, part, bound);
    const found = next && tried(matcher, others, parts.toSpliced(at, 1), { rest, bound: next });
    if (found !== undefined) return found;
  }
  return undefined;
}

function holdsShared(matcher: Matcher, term: Term): boolean {
  const isName = term.type === "one" || term.type === "many";
  return (isName && matcher.isShared(term)) || term.parts.some((part) => holdsShared(matcher, part));
}

/** What says most comes first: there are fewest ways to have it. */
function byMetavariables(a: Term, b: Term): number {
  return countMetavariables(a) - countMetavariables(b);
}

function countMetavariables(term: Term): number {
  const own = term.type === "one" || term.type === "many" ? 1 : 0;
  return term.parts.reduce((sum, part) => sum + countMetavariables(part), own);
}
