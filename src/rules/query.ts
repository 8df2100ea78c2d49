import type { SiteQuery } from "../parser/index.ts";
import type { RuleSet } from "./types.ts";

/** What the rules look for inside of clauses. */
export function siteQuery({ rules }: RuleSet): SiteQuery {
  return { calls: rules.flatMap(({ calls }) => calls), patterns: rules.flatMap(({ patterns }) => patterns) };
}
