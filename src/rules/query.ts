import { hash } from "node:crypto";
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
    heads: matches.flatMap(({ context }) => context.heads ?? []),
  };
}

/**
 * Differs where `siteQuery` may: what is found by one query must not be taken for what another finds. Rule sets that look
 * for nothing inside of clauses are all alike. Undefined for rules that come from no file.
 */
export function queryKey(rules: RuleSet): string | undefined {
  const { names = [], calls, patterns, heads = [] } = siteQuery(rules);
  if (heads.length + names.length + calls.length + patterns.length === 0) return "no sites";
  return rules.sources && hash("sha1", JSON.stringify(rules.sources));
}
