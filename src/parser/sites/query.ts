import { compilePattern, isPattern, type Pattern } from "../patterns/compile.ts";
import type { PatternFault } from "../patterns/single.ts";
import { knownModule } from "./known.ts";

export { compilePattern, isPattern, type Pattern, type PatternFault };

/** The calls that somebody asks for; each part that is given must hold. */
export interface CallQuery {
  /** Undefined for functions that are called without their module's name. */
  readonly module: ((name: string) => boolean) | undefined;
  readonly name: (name: string) => boolean;
  readonly arity: number | undefined;
  /** The function's name, where it is one. */
  readonly word: string | undefined;
  /** Calls of a module that another call gives, too: `Repo.replica().all(query)`. */
  readonly computed?: boolean;
}

/** What to look for in clauses besides the clauses themselves. */
export interface SiteQuery {
  readonly calls: readonly CallQuery[];
  readonly patterns: readonly Pattern[];
  /** Patterns of definitions: which of them a clause has the form of is then known. */
  readonly heads?: readonly Pattern[];
  /** Expressions that begin like a pattern are sites, too, with what keeps them from having its form. */
  readonly nearly?: boolean;
  /** Names of variables: which of them a clause mentions is then known. */
  readonly names?: readonly string[];
}

/** Of many queries, those that a call of this name may answer: each call is held against few. */
export function queriesByName(queries: readonly CallQuery[]): (name: string) => readonly CallQuery[] {
  const open = queries.filter(({ word }) => word === undefined);
  const named = new Map<string, CallQuery[]>();
  for (const query of queries.filter(({ word }) => word !== undefined)) {
    const same = named.get(query.word as string);
    if (same === undefined) named.set(query.word as string, [...open, query]);
    else same.push(query);
  }
  return (name) => named.get(name) ?? open;
}

/** All that several ask for. */
export function joinQueries(queries: readonly SiteQuery[]): SiteQuery {
  return {
    calls: queries.flatMap(({ calls }) => calls),
    patterns: queries.flatMap(({ patterns }) => patterns),
    heads: queries.flatMap(({ heads = [] }) => heads),
  };
}

export const NO_SITES: SiteQuery = { calls: [], patterns: [] };

/** A function as a call names it. */
export interface CallTarget {
  /** Undefined where the call says no module: the function is local or imported. */
  readonly module: string | undefined;
  readonly name: string;
  readonly arity: number;
  /** The call that gives the module, where that is no name: `module` is undefined then. */
  readonly receiver?: CallTarget;
}

/** A function as a call means it. */
export interface ResolvedCall extends CallTarget {
  /** The call says no module, or Kernel. */
  readonly local: boolean;
  /** Imported modules that may define it, where `module` is not certain. */
  readonly maybe: readonly string[];
  readonly receiver?: ResolvedCall;
}

/** `Shop.Repo.all/1`, as far as the module is known; `Shop.Repo.replica().all/1`. */
export function calledText({ name, arity, ...owner }: ResolvedCall): string {
  const module = ownerText(owner);
  return `${module === undefined ? "" : `${module}.`}${name}/${arity}`;
}

function ownerText({
  module,
  maybe,
  receiver,
}: Pick<ResolvedCall, "module" | "maybe" | "receiver">): string | undefined {
  if (receiver !== undefined)
    return `${calledText(receiver).replace(/\/\d+$/, "")}(${receiver.arity > 0 ? "…" : ""})`;
  return module ?? (maybe.length === 1 ? maybe[0] : undefined);
}

export function answers(query: CallQuery, call: ResolvedCall): boolean {
  const { module, name, arity, local, maybe, receiver } = call;
  if (!fits(query, name, arity)) return false;
  if (receiver !== undefined) return query.computed === true;
  if (query.module === undefined) return local;
  return module === undefined ? maybe.some(query.module) : query.module(module);
}

/** Whether the call could be one that is asked for, before it is known what it means. */
export function mayAnswer(query: CallQuery, { module, name, arity, receiver }: CallTarget): boolean {
  if (!fits(query, name, arity)) return false;
  if (receiver !== undefined) return query.computed === true;
  if (module === undefined) return true;
  if (query.module === undefined) return module === "Kernel";
  // What is `use`d may alias any name but those that everybody knows.
  return query.module(module) || knownModule(module) === undefined;
}

function fits(query: CallQuery, name: string, arity: number): boolean {
  return query.name(name) && (query.arity === undefined || query.arity === arity);
}
