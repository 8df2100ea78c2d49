import { pointAt, ruleSorts, type EscopeError } from "../../errors.ts";
import type { CallQuery, Pattern } from "../../parser/index.ts";
import type { Condition, Sort } from "../types.ts";
import type { Value } from "../yaml.ts";

/** A compiled condition, and what it says of the sort of thing that its rule selects. */
export interface Selection {
  readonly holds: Condition;
  readonly sort: Sort;
  readonly calls: readonly CallQuery[];
  readonly patterns: readonly Pattern[];
  /** A `call` or `pattern` under `not`: something else must say which ones are looked at in the first place. */
  readonly refused: { readonly sort: Sort; readonly value: Value } | undefined;
}

export function onClauses(holds: Condition): Selection {
  return { holds, sort: "clause", calls: [], patterns: [], refused: undefined };
}

/** All must hold: conditions on clauses go with either of the other two, which do not go together. */
export function allOf(value: Value, selections: readonly Selection[]): Selection {
  const sorts = sortsOf(selections);
  if (sorts.length > 1) throw mixed(value, "a rule takes either call or pattern, not both");
  return {
    ...joined(selections),
    holds: (candidate) => selections.every(({ holds }) => holds(candidate)),
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
    holds: (candidate) => selections.some(({ holds }) => holds(candidate)),
    sort: sorts[0] ?? "clause",
  };
}

export function noneOf(value: Value, { holds, sort, refused }: Selection): Selection {
  return {
    ...onClauses((candidate) => !holds(candidate)),
    refused: refused ?? (sort === "clause" ? undefined : { sort, value }),
  };
}

/** The whole `match` of a rule. */
export function complete(selection: Selection): Selection {
  const { refused, sort } = selection;
  if (refused === undefined || refused.sort === sort) return selection;
  const key = refused.sort === "call" ? "call" : "pattern";
  const problem =
    sort === "clause"
      ? `not with a ${key} needs a ${key} outside of it: not alone says nothing of what is selected`
      : "a rule takes either call or pattern, not both";
  throw mixed(refused.value, problem);
}

function joined(selections: readonly Selection[]): Pick<Selection, "calls" | "patterns" | "refused"> {
  return {
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
