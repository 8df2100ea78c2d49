import { pointAt, ruleContext, ruleSorts, type EscopeError } from "../../errors.ts";
import { joinQueries, NO_SITES, type CallQuery, type Pattern, type SiteQuery } from "../../parser/index.ts";
import type { Condition, Part, Sort } from "../types.ts";
import type { Value } from "../yaml.ts";
import { every, not, some } from "./parts.ts";

/** A compiled condition, and what it says of the sort of thing that its rule selects. */
export interface Selection {
  readonly holds: Condition;
  /** Its key and value as they are written. */
  readonly written?: { readonly key: string; readonly value: Value };
  readonly sort: Sort;
  readonly calls: readonly CallQuery[];
  readonly patterns: readonly Pattern[];
  /** What must be looked for besides, to know what a site is not, or what stands around or within. */
  readonly context: SiteQuery;
  /** A `call` or `pattern` under `not`: something else must say which ones are looked at in the first place. */
  readonly refused: { readonly sort: Sort; readonly value: Value } | undefined;
  /** An `inside` with a call or a pattern: what is selected must be something that can stand in one. */
  readonly around?: Value | undefined;
}

/** Gives what a name of `utils` stands for. */
export type Resolve = (name: Value) => Selection;

export function onClauses(holds: Condition, context: SiteQuery = NO_SITES): Selection {
  return { holds, sort: "clause", calls: [], patterns: [], context, refused: undefined };
}

/** All must hold: conditions on clauses go with either of the other two, which do not go together. */
export function allOf(value: Value, selections: readonly Selection[]): Selection {
  const sorts = sortsOf(selections);
  if (sorts.length > 1) throw mixed(value, "a rule takes either call or pattern, not both");
  return {
    ...joined(selections),
    holds: every(selections.map((selection) => partOf(selection, value))),
    sort: sorts[0] ?? "clause",
  };
}

/** One must hold: each must say as much as the others of what is selected. */
export function anyOf(value: Value, selections: readonly Selection[]): Selection {
  const sorts = [...new Set(selections.map(({ sort }) => sort))];
  if (sorts.length > 1)
    throw mixed(value, "either all entries of any have a call, or all a pattern, or none has one of them");
  return {
    ...joined(selections),
    holds: some(selections.map((selection) => partOf(selection, value))),
    sort: sorts[0] ?? "clause",
  };
}

export function noneOf(value: Value, selection: Selection): Selection {
  const { holds, sort, refused } = selection;
  return {
    ...onClauses(not({ key: "", value, holds }), lookedFor([selection])),
    around: selection.around,
    refused: refused ?? (sort === "clause" ? undefined : { sort, value }),
  };
}

/** The whole `match` of a rule. */
export function complete(selection: Selection): Selection {
  const { refused, sort, around } = selection;
  if (around !== undefined && sort === "clause")
    throw ruleContext(pointAt(around.source, around.span), "inside with a call or a pattern needs a call or a pattern that is selected");
  if (refused === undefined || refused.sort === sort) return selection;
  const key = refused.sort === "call" ? "call" : "pattern";
  const problem =
    sort === "clause"
      ? `not with a ${key} needs a ${key} outside of it: not alone says nothing of what is selected`
      : "a rule takes either call or pattern, not both";
  throw mixed(refused.value, problem);
}

function partOf({ written, holds }: Selection, value: Value): Part {
  return { ...(written ?? { key: "", value }), holds };
}

/** Everything that these look for, as context of something else. */
export function lookedFor(selections: readonly Selection[]): SiteQuery {
  return joinQueries(selections.flatMap(({ calls, patterns, context }) => [{ calls, patterns }, context]));
}

function joined(selections: readonly Selection[]): Pick<Selection, "calls" | "patterns" | "context" | "refused" | "around"> {
  return {
    around: selections.find(({ around }) => around !== undefined)?.around,
    context: joinQueries(selections.map(({ context }) => context)),
    calls: selections.flatMap(({ calls }) => calls),
    patterns: selections.flatMap(({ patterns }) => patterns),
    refused: selections.find(({ refused }) => refused !== undefined)?.refused,
  };
}

function sortsOf(selections: readonly Selection[]): Sort[] {
  return [...new Set(selections.map(({ sort }) => sort).filter((sort) => sort !== "clause"))];
}

function mixed(value: Value, problem: string): EscopeError {
  return ruleSorts(pointAt(value.source, value.span), problem);
}
