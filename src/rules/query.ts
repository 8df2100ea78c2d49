import type { SiteQuery } from "../parser/index.ts";
import type { RuleSet } from "./types.ts";

/** What the rules look for inside of clauses. */
export function siteQuery({ rules, exclude = [] }: RuleSet): SiteQuery {
  const matches = [...rules, ...exclude];
  // What rules select comes first: sites are named by it.
  return {
    names: [...new Set(rules.flatMap(({ action }) => action.locals))],
    calls: [...matches.flatMap(({ calls }) => calls), ...matches.flatMap(({ context }) => context.calls)],
    patterns: [...matches.flatMap(({ patterns }) => patterns), ...matches.flatMap(({ context }) => context.patterns)],
  };
}
