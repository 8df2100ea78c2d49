import type { ClauseInfo } from "./facts.ts";

/** What a head without a body says of the clauses of its function. */
export type HeadFacts = Pick<ClauseInfo, "defaults" | "attributes" | "sites" | "closures">;

/** The clause with what the head of its function declares: defaults, what stands in them, and the attributes that stand before it. */
export function withHead(clause: ClauseInfo, heads: ReadonlyMap<string, HeadFacts>): ClauseInfo {
  const head = heads.get(`${clause.name}/${clause.arity}`);
  if (head === undefined) return clause;
  const defaults = Math.max(head.defaults, clause.defaults);
  if (clause.ordinal > 1) return { ...clause, defaults };
  return {
    ...clause,
    attributes: [...head.attributes, ...clause.attributes],
    sites: [...head.sites, ...clause.sites],
    closures: [...head.closures, ...clause.closures],
    defaults,
  };
}
