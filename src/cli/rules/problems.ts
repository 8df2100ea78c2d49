import { EscopeError } from "../../errors.ts";
import { openRules, runRuleTests, type Verdict } from "../../rule-tests.ts";
import {
  compileRuleSet,
  fileTests,
  inlineTests,
  isBuiltin,
  lintRules,
  lintUtils,
  parseYaml,
  placeOf,
  readRules,
  type Lint,
  type Rule,
  type RuleSet,
} from "../../rules/index.ts";

/** What is wrong with a rule file, and what cannot be meant in it. */
export interface Problems {
  readonly file: string;
  readonly rules: number;
  readonly errors: readonly EscopeError[];
  readonly lints: readonly Lint[];
}

/** Of all files: also what one of them has that makes something in another one pointless. */
export async function findAllProblems(files: readonly string[]): Promise<Problems[]> {
  const all: Problems[] = [];
  for (const file of files) all.push(await findProblems(file));
  const isWrong = all.some(({ errors }) => errors.length > 0);
  if (files.length < 2 || isWrong) return all;
  const together = lintRules(await openRules(files.filter((file) => !file.endsWith(TESTS))));
  return all.map((one) => {
    const known = new Set(one.lints.map(keyOf));
    const more = together.filter((lint) => lint.file === one.file && !known.has(keyOf(lint)));
    return more.length === 0 ? one : Object.assign({}, one, { lints: [...one.lints, ...more] });
  });
}

const TESTS = ".test.yml";

function keyOf({ line, column, says }: Lint): string {
  return `${line}:${column} ${says}`;
}

/** Reads and judges a rule file, or a file of tests. An error in one rule does not hide those of the others. */
async function findProblems(file: string): Promise<Problems> {
  await openRules([]);
  const text = readRules(file);
  if (file.endsWith(TESTS)) return { file, rules: 0, errors: await testErrors(file, text), lints: [] };
  const { set, errors } = compileAll(file, text);
  const own = set === undefined ? [] : set.rules.filter((rule) => rule.file === file);
  const lints = set === undefined ? [] : [...lintRules(set), ...(errors.length === 0 ? lintUtils(file, text) : [])];
  const testing = own.flatMap((rule) => errorOf(() => inlineTests(rule)));
  const idle = set === undefined || testing.length > 0 ? [] : await idleInTests(own, set);
  return { file, rules: own.length, errors: [...errors, ...testing], lints: [...lints.filter((lint) => lint.file === file), ...idle] };
}

/** What a rule asks for of what it selects, and nothing in any of its own tests has. */
async function idleInTests(rules: readonly Rule[], set: RuleSet): Promise<Lint[]> {
  const prepared = rules.flatMap(inlineTests).flatMap((test) => ("file" in test.given ? [] : [{ test, sources: [test.given] }]));
  const verdicts = (await runRuleTests(prepared, set)).filter(({ selected }) => selected.length > 0);
  return rules.flatMap((rule) => {
    const [first, ...others] = verdicts.filter(({ test }) => test.rule === rule);
    const says = first === undefined ? [] : doubtsOf(first).filter((one) => others.every((other) => doubtsOf(other).includes(one)));
    const { file, line } = placeOf(rule.written);
    return says.map((one) => ({ file, line, column: 1, rule: rule.id, says: `in its tests, ${one}`, hint: "Correct the name, or the test." }));
  });
}

function doubtsOf({ idle, left }: Verdict): string[] {
  const conditions = left.map((one) => one.replace(/^line \d+: /, "")).filter((one) => one.startsWith("the condition of the rule"));
  return [...new Set([...idle.map(({ says }) => says), ...conditions])];
}

async function testErrors(file: string, text: string): Promise<EscopeError[]> {
  const set = await openRules([file.replace(/\.test\.yml$/, ".yml")]);
  return errorOf(() => fileTests(parseYaml({ path: file, text }), set.rules));
}

function errorOf(run: () => unknown): EscopeError[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof EscopeError) return [error];
    throw error;
  }
}

interface Compiled {
  readonly set: RuleSet | undefined;
  readonly errors: readonly EscopeError[];
}

const MOST_ERRORS = 100;

/** Compiles the file; a rule with an error is taken out, its lines left empty, and the rest compiled again. */
function compileAll(file: string, text: string): Compiled {
  const errors: EscopeError[] = [];
  for (let rest: string | undefined = text; rest !== undefined && errors.length < MOST_ERRORS;) {
    const now: string = rest;
    let set: RuleSet | undefined;
    const [error] = errorOf(() => (set = compileRuleSet(file, now)));
    if (error === undefined) return { set, errors };
    errors.push(error);
    rest = withoutRule(now, file, error);
  }
  return { set: undefined, errors };
}

/** The text without the rule that `error` is in; undefined where it is in none, or in the last one. */
function withoutRule(text: string, file: string, { details }: EscopeError): string | undefined {
  if (details.line === undefined || details.file !== file || isBuiltin(file)) return undefined;
  const lines = text.split("\n");
  let start = details.line - 1;
  while (start >= 0 && ruleAt(lines[start]) === null) start -= 1;
  const indent = ruleAt(lines[start])?.[1]?.length;
  if (indent === undefined) return undefined;
  let end = start + 1;
  while (end < lines.length && (/^\s*$/.test(lines[end] ?? "") || (/^\s*/.exec(lines[end] ?? "")?.[0].length ?? 0) > indent)) end += 1;
  if (end <= details.line - 1) return undefined;
  const left = [...lines.slice(0, start), ...Array.from({ length: end - start }, () => ""), ...lines.slice(end)];
  return left.some((line) => ruleAt(line) !== null) ? left.join("\n") : undefined;
}

/** The first line of a rule, and how far it is indented. */
function ruleAt(line = ""): RegExpExecArray | null {
  return /^(\s*)-\s+(?:id|match|description|do|enabled)\b/.exec(line);
}
