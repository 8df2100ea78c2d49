import type { Candidate, Rule } from "../rules/index.ts";

type Near = (site: Candidate) => readonly Rule[];

const NEAR = new WeakMap<readonly Rule[], Near>();

/** Of many rules, those that a site's name or form leaves in question, in their order: each site is held against few. */
export function nearRules(rules: readonly Rule[]): Near {
  const near = NEAR.get(rules) ?? byWhatTheyAsk(rules);
  NEAR.set(rules, near);
  return near;
}

function byWhatTheyAsk(rules: readonly Rule[]): Near {
  const places = new Map<string, number[]>();
  for (const [at, rule] of rules.entries())
    for (const key of new Set(keysOf(rule))) {
      const list = places.get(key);
      if (list === undefined) places.set(key, [at]);
      else list.push(at);
    }
  return (site) => {
    const found = new Set(wantedBy(site).flatMap((key) => places.get(key) ?? []));
    return [...found].toSorted((a, b) => a - b).flatMap((at) => rules[at] ?? []);
  };
}

/** A rule selects a site only by one of its calls or patterns. */
function keysOf({ calls, patterns }: Rule): string[] {
  return [
    ...calls.map(({ word }) => (word === undefined ? ANY_CALL : `call ${word}`)),
    ...patterns.map(({ key }) => `pattern ${key}`),
  ];
}

const ANY_CALL = "any call";

function wantedBy({ calls = [], patterns = [] }: Candidate): string[] {
  if (calls.length === 0) return patterns.map((key) => `pattern ${key}`);
  return [ANY_CALL, ...calls.map(({ name }) => `call ${name}`)];
}

/** Conditions that hold for all clauses of a module, or for none. */
const OF_MODULES: ReadonlySet<string> = new Set(["path", "app", "dep", "module"]);

/** Of the rules that select clauses, those that a module leaves in question; `candidate` has any clause of it. */
export function rulesForClauses(rules: readonly Rule[], candidate: Candidate): readonly Rule[] {
  return rules.filter(({ sort, matches: { parts } }) => {
    if (sort !== "clause") return false;
    if (parts?.how !== "all") return true;
    return parts.of.every(({ key, holds }) => !OF_MODULES.has(key) || holds(candidate));
  });
}
