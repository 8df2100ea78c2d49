import type { ClauseInfo } from "./facts.ts";

/** What a head without a body says of the clauses of its function. */
export type HeadFacts = Pick<ClauseInfo, "defaults" | "attributes">;

/** The clause with what the head of its function declares: defaults, and the attributes that stand before it. */
export function withHead(clause: ClauseInfo, heads: ReadonlyMap<string, HeadFacts>): ClauseInfo {
  const head = heads.get(`${clause.name}/${clause.arity}`);
  if (head === undefined) return clause;
  const attributes = clause.ordinal === 1 ? [...head.attributes, ...clause.attributes] : clause.attributes;
  return { ...clause, attributes, defaults: Math.max(head.defaults, clause.defaults) };
}
