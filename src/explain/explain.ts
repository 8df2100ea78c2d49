import { EscopeError } from "../errors.ts";
import type { Planned } from "../instrument.ts";
import {
  collectFacts,
  elixirParser,
  ordinalIn,
  withTree,
  type CallQuery,
  type CallResolver,
  type ClauseInfo,
  type FileFacts,
  type SiteInfo,
} from "../parser/index.ts";
import { readSubjects, siteCandidate, surroundingsOf, wayBack } from "../planner/index.ts";
import {
  firstFailed,
  judge,
  member,
  siteQuery,
  valueText,
  type Candidate,
  type Rule,
} from "../rules/index.ts";
import { positionAt } from "../source.ts";
import { leftOutError } from "./left-out.ts";
import { outcomeOf, targetsOf, type Outcome } from "./outcome.ts";
import type { Place, RuleVerdict, SiteRules } from "./place.ts";
import { findTarget, type Target } from "./target.ts";
import { probeText } from "./text.ts";

export interface Explanation {
  readonly target: string;
  readonly places: readonly Place[];
}

/** Says of every clause that `text` names, and of the calls on its line, why it is (not) probed. Error: EXPLAIN_NO_TARGET. */
export async function explainTarget(planned: Planned, text: string, cwd: string): Promise<Explanation> {
  const target = await findOrSay(planned, text, cwd);
  const known = surroundingsOf(planned.index, planned.told);
  const subjects = readSubjects(planned.index, known);
  const question: Question = { planned, target, resolver: known.resolver };
  const places: Place[] = [];
  for (const { module, clause } of target.clauses) {
    const subject = subjects.find((one) => one.module === module);
    if (subject === undefined) continue;
    const candidate: Candidate = { ...subject, clause };
    places.push(explainClause(question, candidate), ...(await explainSites(question, candidate)));
  }
  return { target: text, places };
}

async function findOrSay(planned: Planned, text: string, cwd: string): Promise<Target> {
  try {
    return findTarget(planned, text, cwd);
  } catch (error) {
    if (!(error instanceof EscopeError)) throw error;
    throw (await leftOutError(planned, text, cwd)) ?? error;
  }
}

/** What is asked, and what is needed to answer. */
interface Question {
  readonly planned: Planned;
  readonly target: Target;
  readonly resolver: CallResolver;
}

function explainClause({ planned, resolver }: Question, candidate: Candidate): Place {
  const { clause, module } = candidate;
  const rules = verdictsOf(planned, candidate, "clause");
  const outcome = outcomeOf(planned, candidate, rules);
  return {
    kind: "clause",
    name: nameOf(candidate),
    file: module.file,
    line: clause.line,
    target: undefined,
    ...shown(planned, outcome, candidate),
    rules: outcome.outcome === "never" ? [] : rules,
    inside: planned.rules.rules.flatMap((rule) => insideOf(rule, candidate, resolver)),
  };
}

function shown(
  planned: Planned,
  outcome: Outcome,
  { clause, index }: Candidate,
): Outcome & Pick<Place, "way" | "text" | "conflicts"> {
  const { probe } = outcome;
  const way = probe?.mode === "enter" ? wayBack(index, clause) : undefined;
  const both = planned.plan.conflicts.filter(({ rules }) => rules.every((id) => probe?.rules.includes(id)));
  return {
    ...outcome,
    way,
    text: probe === undefined ? [] : probeText(planned, probe),
    conflicts: both.map(({ says }) => says),
  };
}

function nameOf({ module, clause }: Candidate): string {
  return `${module.name}.${clause.name}/${clause.arity ?? "?"}#${ordinalIn(module, clause)}`;
}

function verdictsOf({ rules }: Planned, candidate: Candidate, sort: Rule["sort"]): RuleVerdict[] {
  return rules.rules
    .filter((rule) => rule.sort === sort)
    .map((rule) => {
      const conditions = judge(rule, candidate);
      const { id, file, written } = rule;
      const asked = member(written, "do");
      const asks = asked && valueText(asked);
      return { id, file, matches: conditions.holds, conditions, failed: firstFailed(conditions), asks };
    });
}

function insideOf(rule: Rule, candidate: Candidate, resolver: CallResolver): SiteRules[] {
  if (rule.sort === "clause") return [];
  const sites = candidate.clause.sites.filter(
    (site) => site.kind === rule.sort && rule.matches(siteCandidate(candidate, site, resolver)),
  );
  const selects = rule.sort === "call" ? "calls" : "expressions";
  return [{ id: rule.id, file: rule.file, selects, lines: sites.map(({ line }) => line) }];
}

/** Of a line: every call and expression on it. Of a function: those that are probed or skipped. */
async function explainSites({ planned, target, resolver }: Question, candidate: Candidate): Promise<Place[]> {
  const { line } = target;
  const { clause } = candidate;
  const sites = line === undefined ? clause.sites : await allSites(planned, candidate);
  const beginning = sites.filter((site) => line === undefined || site.line === line);
  const chosen =
    beginning.length > 0 || line === undefined ? beginning : around(planned, candidate, sites, line);
  const places = chosen.map((site) => explainSite(planned, siteCandidate(candidate, site, resolver), site));
  return places
    .filter(({ outcome }) => line !== undefined || outcome !== "not selected")
    .toSorted((a, b) => a.line - b.line);
}

/** Of a line in the middle of a call: the innermost one that goes over it. */
function around(
  { files }: Planned,
  { module }: Candidate,
  sites: readonly SiteInfo[],
  line: number,
): SiteInfo[] {
  const { text = "" } = files.sources.find(({ path }) => path === module.file) ?? {};
  const over = sites.filter((site) => site.line < line && positionAt(text, site.span.end).line >= line);
  const [inner] = over.toSorted((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start));
  return inner === undefined
    ? []
    : over.filter(({ span }) => span.start === inner.span.start && span.end === inner.span.end);
}

function explainSite(planned: Planned, candidate: Candidate, site: SiteInfo): Place {
  const rules = verdictsOf(planned, candidate, site.kind);
  const outcome = outcomeOf(planned, candidate, rules);
  return {
    kind: site.kind,
    name: nameOf(candidate),
    file: candidate.module.file,
    line: site.line,
    target: outcome.probe?.target ?? targetsOf(candidate)[0] ?? textOf(planned, candidate, site),
    ...shown(planned, outcome, candidate),
    rules,
    inside: [],
  };
}

/** Of an expression that has no rule's form: how it is written. */
function textOf({ files }: Planned, { module }: Candidate, { whole }: SiteInfo): string | undefined {
  const text = files.sources.find(({ path }) => path === module.file)?.text.slice(whole.start, whole.end);
  const line = text?.replaceAll(/\s+/g, " ");
  return line === undefined || line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}

const LONGEST = 60;

const ANY: CallQuery = { module: () => true, name: () => true, arity: undefined, word: undefined };

/** Also the calls in the clause that no rule asks for, and the expressions that miss a pattern: the plan did not look for them. */
async function allSites(
  { files, rules }: Planned,
  { module, clause }: Candidate,
): Promise<readonly SiteInfo[]> {
  const source = files.sources.find(({ path }) => path === module.file);
  if (source === undefined) return clause.sites;
  const query = { calls: [ANY], patterns: siteQuery(rules).patterns, nearly: true };
  const facts = withTree(await elixirParser(), source, (tree) => collectFacts(tree, query));
  const found = new Map((sameClause(facts, clause)?.sites ?? []).map((site) => [keyOf(site), site]));
  const known = clause.sites.map((site) => {
    const misses = found.get(keyOf(site))?.misses;
    return misses === undefined ? site : Object.assign({}, site, { misses });
  });
  const keys = new Set(clause.sites.map(keyOf));
  return [...known, ...[...found].filter(([key]) => !keys.has(key)).map(([, site]) => site)];
}

function keyOf({ kind, span }: SiteInfo): string {
  return `${kind} ${span.start} ${span.end}`;
}

function sameClause({ modules }: FileFacts, { span }: ClauseInfo): ClauseInfo | undefined {
  return modules.flatMap(({ clauses }) => clauses).find((clause) => clause.span.start === span.start);
}
