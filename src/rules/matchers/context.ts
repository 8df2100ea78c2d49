import { pointAt, ruleContext } from "../../errors.ts";
import { traitsOf, type SiteInfo } from "../../parser/index.ts";
import type { Span } from "../../source.ts";
import type { Candidate, Condition } from "../types.ts";
import type { Value } from "../yaml.ts";
import { lookedFor, onClauses, type Selection } from "./selection.ts";

/** `inside: …` and `has: …`: what stands around what is selected, or within. */
export function compileContext(value: Value, key: "inside" | "has", inner: Selection): Selection {
  if (inner.sort === "clause" && key === "has")
    throw ruleContext(pointAt(value.source, value.span), "has needs a call, or a pattern that is no definition");
  const holds = inner.sort === "clause" ? insideModule(inner) : amongSites(inner, key);
  const selection = onClauses(holds, lookedFor([inner]));
  return key === "inside" && inner.sort !== "clause" ? { ...selection, around: value } : selection;
}

/** The function that it stands in, and the modules around that. */
function insideModule({ holds }: Selection): Condition {
  return ({ site: _site, calls: _calls, patterns: _patterns, ...clause }) =>
    modulesAround(clause).some((module) => {
      const traits = module === clause.module ? clause.traits : traitsOf(clause.index, module);
      return holds({ ...clause, module, traits });
    });
}

function modulesAround({ index, module }: Candidate): Candidate["module"][] {
  return (modulesOf(index).get(module.file) ?? [module]).filter(({ span }) => encloses(span, module.span));
}

function amongSites({ holds, sort }: Selection, key: "inside" | "has"): Condition {
  return (candidate) => {
    const { clause, site, module, known } = candidate;
    if (key === "inside" && site === undefined) return false;
    return clause.sites.some((other) => {
      if (other === site || other.kind !== sort || !stands(other, site, key)) return false;
      const calls = other.kind === "call" ? (known?.resolve(other, module) ?? []) : [];
      return holds({ ...candidate, site: other, calls, patterns: other.patterns });
    });
  };
}

type Index = Candidate["index"];

const BY_FILE = new WeakMap<Index, ReadonlyMap<string, readonly Candidate["module"][]>>();

function modulesOf(index: Index): ReadonlyMap<string, readonly Candidate["module"][]> {
  const known = BY_FILE.get(index) ?? new Map(index.files.map(({ path, modules }) => [path, modules]));
  BY_FILE.set(index, known);
  return known;
}

/** Whether `other` stands around `site`, or within: everything in a clause stands within the clause. */
function stands(other: SiteInfo, site: SiteInfo | undefined, key: "inside" | "has"): boolean {
  if (site === undefined) return true;
  const [outer, inner] = key === "inside" ? [other, site] : [site, other];
  return encloses(outer.whole, inner.whole) && !isSame(outer.whole, inner.whole);
}

function encloses(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}
