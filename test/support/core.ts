import { applyEdits, editsFor } from "../../src/emit/index.ts";
import {
  buildIndex,
  collectFacts,
  elixirParser,
  withTree,
  type ClauseInfo,
  type FileFacts,
  type ModuleIndex,
  type ModuleInfo,
} from "../../src/parser/index.ts";
import { planProject, type Plan, type PlannedProbe } from "../../src/planner/index.ts";
import { compileRules, loadRules, siteQuery, type Rule, type RuleSet } from "../../src/rules/index.ts";
import type { SourceFile } from "../../src/source.ts";

const parser = await elixirParser();

export const EVERYTHING: readonly Rule[] = loadRules(["builtin:everything"]).rules;

export function factsOf(source: SourceFile): FileFacts {
  return factsFor(source, []);
}

/** With the sites that the rules ask for. */
export function factsFor(source: SourceFile, rules: Rules): FileFacts {
  const query = siteQuery(setOf(rules));
  return withTree(parser, source, (tree) => collectFacts(tree, query));
}

export function faultsOf(text: string): number {
  return withTree(parser, { path: "x.ex", text }, ({ faults }) => faults.length);
}

/** The index of files given by their texts; the first is `a.ex`, the second `b.ex`, and so on. */
export function indexOf(...texts: readonly string[]): ModuleIndex {
  return buildIndex(texts.map((text, at) => factsOf({ path: `${String.fromCodePoint(97 + at)}.ex`, text })));
}

export function modulesOf(text: string): readonly ModuleInfo[] {
  return factsOf({ path: "a.ex", text }).modules;
}

/** The clauses of a module that holds `body`. */
export function clausesOf(body: string): readonly ClauseInfo[] {
  return modulesOf(`defmodule M do\n${body}\nend\n`).flatMap((module) => module.clauses);
}

export function planOf(index: ModuleIndex, rules: Rules = EVERYTHING): Plan {
  return planProject(index, setOf(rules));
}

/** What a test says of rules: a set, or rules where nothing is excluded. */
export type Rules = readonly Rule[] | RuleSet;

export function setOf(rules: Rules): RuleSet {
  return "rules" in rules ? rules : { rules };
}

/** A plan of files with whatever these rules ask for. */
export function planFor(rules: Rules, ...texts: readonly string[]): Plan {
  const files = texts.map((text, at) =>
    factsFor({ path: `${String.fromCodePoint(97 + at)}.ex`, text }, rules),
  );
  return planOf(buildIndex(files), rules);
}

export function ruleOf(match: string): Rule {
  const [rule] = compileRules("rules.yml", `rules: [{ id: r, match: ${match} }]`);
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

/** What rules select in the files: `Module.function/arity#clause`. */
export function selected(rules: readonly Rule[], ...texts: readonly string[]): string[] {
  return planOf(indexOf(...texts), rules).probes.map(nameOf);
}

export interface FoundSite {
  /** The text that its probe takes in. */
  readonly code: string;
  readonly target: string | undefined;
  readonly mode: string;
}

/** The calls or expressions that a rule selects in the last of the files, and the reasons for what it leaves alone there. */
export function sitesOf(
  match: string,
  ...texts: readonly string[]
): { found: FoundSite[]; reasons: string[] } {
  const rules = [ruleOf(match)];
  const files = texts.map((text, at) =>
    factsFor({ path: `${String.fromCodePoint(97 + at)}.ex`, text }, rules),
  );
  const { path } = files.at(-1) ?? { path: "" };
  const plan = planOf(buildIndex(files), rules);
  const found = plan.probes
    .filter(({ file }) => file === path)
    .map(({ site: { span }, target, mode }) => ({
      code: texts.at(-1)?.slice(span.start, span.end) ?? "",
      target,
      mode,
    }));
  return { found, reasons: plan.skipped.filter(({ file }) => file === path).map(({ reason }) => reason) };
}

export function nameOf({ module, function: name, arity, clause }: PlannedProbe): string {
  return `${module}.${name}/${arity ?? "?"}#${clause}`;
}

export interface Probed {
  readonly text: string;
  readonly plan: Plan;
}

/** One file through all phases, as `escope instrument` does it. */
export function probe(source: SourceFile, rules: Rules = EVERYTHING): Probed {
  const index = buildIndex([factsFor(source, rules)]);
  const plan = planOf(index, rules);
  return { plan, text: rewrite(source, plan, index) };
}

export function rewrite({ path, text }: SourceFile, plan: Plan, index: ModuleIndex): string {
  const facts = index.files.find((file) => file.path === path);
  const probes = plan.probes.filter(({ file }) => file === path);
  return applyEdits(text, editsFor(probes, facts?.namesEscope ? "Elixir.Escope" : "Escope"));
}
