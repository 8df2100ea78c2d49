import { applyEdits, editsFor } from "./emit/index.ts";
import { FactsReader } from "./facts.ts";
import { nearest } from "./nearest.ts";
import { buildIndex, elixirParser, type ModuleIndex, type Parser } from "./parser/index.ts";
import { planProject, type Plan } from "./planner/index.ts";
import { loadRules, type Expectation, type RuleSet, type RuleTest } from "./rules/index.ts";
import type { SourceFile } from "./source.ts";
import { tellKinds } from "./told.ts";

/** What a rule selected in the source of a test. */
export interface Found {
  readonly function: string;
  readonly clause: number;
  readonly path: string;
  readonly line: number;
}

/** How a test went: it passed where nothing is wrong. */
export interface Verdict {
  readonly test: RuleTest;
  /** All that the rule selected, by its shortest names. */
  readonly selected: readonly string[];
  /** What it expects and the rule did not select. */
  readonly missing: readonly Wrong[];
  /** What the rule selected and it does not expect. */
  readonly surplus: readonly string[];
  /** What must not match, and does; or what is not in the source, so that it never could. */
  readonly refused: readonly Wrong[];
  /** What of it is left as it is in spite of that, and why. */
  readonly left: readonly string[];
  /** What the rule asks for and nothing in the source has: where that stands in the rule file. */
  readonly idle: Plan["idle"];
  /** The rewritten text, where it is not what was expected. */
  readonly text: string | undefined;
  /** Why the test could not be run at all. */
  readonly problem: string | undefined;
}

export interface Wrong {
  readonly entry: Expectation;
  /** What else may be meant, or why it cannot be. */
  readonly note: string;
}

/** A test with its sources read. */
export interface Prepared {
  readonly test: RuleTest;
  readonly sources: readonly SourceFile[];
}

/** Loads rule files, as `loadRules` does, with the grammar that patterns need. */
export async function openRules(files: readonly string[]): Promise<RuleSet> {
  await elixirParser();
  return loadRules(files);
}

/** Runs tests of rules, each on a project of its own sources and with its own rule of `set` alone. */
export async function runRuleTests(prepared: readonly Prepared[], set: RuleSet): Promise<Verdict[]> {
  const parser = await elixirParser();
  return prepared.map((one) => runTest(parser, one, set));
}

export function isPassed({ missing, surplus, refused, text, problem }: Verdict): boolean {
  return (
    missing.length + surplus.length + refused.length === 0 && text === undefined && problem === undefined
  );
}

function runTest(parser: Parser, { test, sources }: Prepared, set: RuleSet): Verdict {
  const own: RuleSet = { ...set, rules: [test.rule] };
  const reader = new FactsReader(parser, own, undefined);
  const index = buildIndex(sources.map((source) => reader.read(source)));
  const kindsOf = tellKinds(index, { sources, others: [], read: () => "" }, reader);
  const plan = planProject(index, own, { kindsOf });
  const found = foundIn(plan);
  const problem = problemOf(test, index);
  const verdict = {
    test,
    selected: namesOf(test, found, index),
    missing: [],
    surplus: [],
    refused: [],
    left: plan.skipped.map(({ line, reason }) => `line ${line}: ${reason}`),
    idle: plan.idle.filter(({ file }) => file === test.rule.file),
    text: undefined,
  };
  if (problem !== undefined) return { ...verdict, problem };
  return {
    ...verdict,
    missing: missingOf(test, found, index),
    surplus: surplusOf(test, found, index),
    refused: refusedOf(test, found, index),
    text: differentText(test, sources, plan, index),
    problem,
  };
}

function problemOf({ matches, noMatch, expect }: RuleTest, { files }: ModuleIndex): string | undefined {
  const broken = files.find(({ fault }) => fault !== undefined);
  if (broken?.fault)
    return `its source does not parse as Elixir at ${broken.path}:${broken.fault.line}:${broken.fault.column}`;
  if (expect !== undefined && files.length > 1)
    return "expect goes with one source, and the folder holds several";
  if (matches === undefined && noMatch === undefined && expect === undefined)
    return "it expects nothing: write matches, no_match or expect, or have --update write them";
  return undefined;
}

/** What cannot be rewritten was selected all the same. */
function foundIn({ probes, skipped }: Plan): Found[] {
  return [
    ...probes.map((probe) => ({ ...probe, ordinal: probe.clause })),
    ...skipped.map((skip) => ({ ...skip, ordinal: 0 })),
  ]
    .map(({ module, function: name, arity, file, line, ordinal }) => ({
      function: `${module}.${name}/${arity ?? "?"}`,
      clause: ordinal,
      path: file,
      line,
    }))
    .toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

function covers(entry: Expectation, found: Found): boolean {
  if (entry.function !== undefined)
    return entry.function === found.function && (entry.clause ?? found.clause) === found.clause;
  return entry.line === found.line && (entry.path ?? found.path) === found.path;
}

function missingOf({ matches }: RuleTest, found: readonly Found[], index: ModuleIndex): Wrong[] {
  const missing = (matches?.entries ?? []).filter((entry) => !found.some((one) => covers(entry, one)));
  return missing.map((entry) => ({ entry, note: unknownNote(entry, index) ?? "" }));
}

function refusedOf({ noMatch }: RuleTest, found: readonly Found[], index: ModuleIndex): Wrong[] {
  return (noMatch?.entries ?? []).flatMap((entry) => {
    const unknown = unknownNote(entry, index);
    if (unknown !== undefined) return [{ entry, note: unknown }];
    const one = found.find((each) => covers(entry, each));
    return one === undefined ? [] : [{ entry, note: `matches at ${one.path}:${one.line}` }];
  });
}

/** An expectation of what does not exist can never come true; one that it does not match, never fail. */
function unknownNote(entry: Expectation, { files }: ModuleIndex): string | undefined {
  if (entry.function === undefined) return undefined;
  const modules = files.flatMap(({ modules: each }) => each);
  const names = modules.flatMap(({ name, clauses }) =>
    clauses.map((clause) => `${name}.${clause.name}/${clause.arity ?? "?"}`),
  );
  if (names.includes(entry.function)) return undefined;
  const meant = nearest(entry.function, names);
  return `the source has no such function${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

function surplusOf(test: RuleTest, found: readonly Found[], index: ModuleIndex): string[] {
  const { matches } = test;
  if (matches === undefined) return [];
  const surplus = found.filter((one) => !matches.entries.some((entry) => covers(entry, one)));
  return namesOf(test, surplus, index);
}

/** The shortest name that says what was found: a function, a clause of it, or, of calls and expressions, a line. */
function namesOf({ rule }: RuleTest, found: readonly Found[], index: ModuleIndex): string[] {
  const several = index.files.length > 1;
  const names = found.map((one) => {
    if (rule.sort !== "clause") return several ? `${one.path}:${one.line}` : String(one.line);
    return one.clause === 0 || isWhole(one.function, found, index)
      ? one.function
      : `${one.function}#${one.clause}`;
  });
  return [...new Set(names)];
}

/** Every clause of the function was found. */
function isWhole(name: string, found: readonly Found[], { files }: ModuleIndex): boolean {
  const clauses = files
    .flatMap(({ modules }) => modules)
    .flatMap((module) =>
      module.clauses.filter((clause) => `${module.name}.${clause.name}/${clause.arity ?? "?"}` === name),
    );
  return found.filter((one) => one.function === name).length >= clauses.length;
}

function differentText(
  { expect }: RuleTest,
  sources: readonly SourceFile[],
  plan: Plan,
  index: ModuleIndex,
): string | undefined {
  const [source] = sources;
  if (expect === undefined || source === undefined) return undefined;
  const text = rewrite(source, plan, index);
  return text.trimEnd() === expect.text.trimEnd() ? undefined : text;
}

function rewrite({ path, text }: SourceFile, { probes }: Plan, { files }: ModuleIndex): string {
  const isNamed = files.find((file) => file.path === path)?.namesEscope === true;
  const own = probes.filter(({ file }) => file === path);
  return own.length === 0 ? text : applyEdits(text, editsFor(own, isNamed ? "Elixir.Escope" : "Escope"));
}
