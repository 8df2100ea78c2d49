import {
  answers,
  calledText,
  queriesByName,
  textOfKey,
  type CallQuery,
  type CallResolver,
  type ResolvedCall,
  type SiteInfo,
} from "../parser/index.ts";
import type { Candidate, Rule, RuleSet } from "../rules/index.ts";
import type { Effects } from "./idle.ts";
import { nearRules } from "./near-rules.ts";

/** A call or an expression that rules select. */
export interface ChosenSite {
  readonly site: SiteInfo;
  readonly rules: readonly Rule[];
  /** `Mod.fun/arity`, or the text of the pattern. */
  readonly target: string;
  /** Counts the sites of this target in their clause, from 1. */
  readonly ordinal: number;
}

/** The sites of the candidate's clause that `rules` select. */
export function chooseSites(
  candidate: Candidate,
  { rules }: RuleSet,
  resolver: CallResolver,
  effects: Effects,
): ChosenSite[] {
  const ordinals = new Map<string, number>();
  const near = nearRules(rules);
  return candidate.clause.sites.flatMap((site) => {
    const subject = siteCandidate(candidate, site, resolver);
    const { calls = [] } = subject;
    const selecting = near(subject).filter((rule) => rule.matches(subject));
    const matching = effects.forSite(subject, site.line, selecting);
    const target = site.kind === "call" ? calledName(calls, rules) : patternText(site, matching);
    if (target === undefined) return [];
    const ordinal = (ordinals.get(`${site.kind} ${target}`) ?? 0) + 1;
    ordinals.set(`${site.kind} ${target}`, ordinal);
    return matching.length === 0 ? [] : [{ site, rules: matching, target, ordinal }];
  });
}

/** A call or an expression as the rules see it. */
export function siteCandidate(candidate: Candidate, site: SiteInfo, resolver: CallResolver): Candidate {
  const calls = site.kind === "call" ? resolver.resolve(site, candidate.module) : [];
  return { ...candidate, site, calls, patterns: site.patterns };
}

/** The first name of a call that is asked for: `apply(M, :f, [])` is `M.f/0` where both are. */
function calledName(calls: readonly ResolvedCall[], rules: readonly Rule[]): string | undefined {
  const queries = queriesOf(rules);
  const call = calls.find((one) => queries(one.name).some((query) => answers(query, one)));
  return call && calledText(call);
}

const QUERIES = new WeakMap<readonly Rule[], (name: string) => readonly CallQuery[]>();

function queriesOf(rules: readonly Rule[]): (name: string) => readonly CallQuery[] {
  const known = QUERIES.get(rules) ?? queriesByName(rules.flatMap((rule) => rule.calls));
  QUERIES.set(rules, known);
  return known;
}

/** A pattern of a rule that selects it; of what none selects, any: it counts among its like. */
function patternText({ patterns }: SiteInfo, rules: readonly Rule[]): string | undefined {
  const own = new Set(rules.flatMap((rule) => rule.patterns.map(({ key }) => key)));
  const key = patterns.find((one) => own.has(one)) ?? patterns[0];
  return key === undefined ? undefined : textOfKey(key);
}
