import type { Rule } from "../rules/index.ts";
import type { Conflict } from "./conflicts.ts";
import type { Effects } from "./idle.ts";
import { cannotServe, mergeActions, type Merged, type Probed } from "./policy.ts";

/** What becomes of the rules that select one thing. */
export interface Served extends Merged {
  /** Those that count. */
  readonly rules: readonly Rule[];
  /** Why none of them does. */
  readonly obstacle: string | undefined;
}

export interface Serving extends Probed {
  /** How many arguments there are; undefined where only run time knows. */
  readonly arity: number | undefined;
}

/** Joins the rules that can do what they ask; those that cannot are told, or leave it alone where they are all. */
export function serve(rules: readonly Rule[], probed: Serving, effects: Effects): Served {
  const { names, arity = Number.POSITIVE_INFINITY, mentions } = probed;
  const judged = rules.map((rule) => ({ rule, problem: cannotServe(rule, probed) }));
  const able = judged.filter(({ problem }) => problem === undefined).map(({ rule }) => rule);
  const [first] = able;
  if (first === undefined) return { rules, obstacle: judged[0]?.problem, policy: undefined, conflicts: [] };
  for (const rule of able) {
    effects.servedArguments(rule, (one) => (typeof one === "number" ? one < arity : names.has(one)), names);
    effects.servedLocals(rule, mentions);
  }
  const merged = mergeActions(able, probed);
  const dropped = judged.flatMap(({ rule, problem }): Conflict[] => {
    if (problem === undefined) return [];
    const key = rule.action.enter ? "when" : "enter";
    return [{ key, rules: [rule.id, first.id], says: `${problem}: what ${first.id} asks for is recorded` }];
  });
  return { ...merged, rules: able, obstacle: undefined, conflicts: [...merged.conflicts, ...dropped] };
}
