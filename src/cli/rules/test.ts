import { isPassed, runRuleTests, type Verdict } from "../../rule-tests.ts";
import { diffFile } from "../../project/index.ts";
import { describeRules } from "../../rules/index.ts";
import { countText } from "../trace/units.ts";
import type { Io } from "../io.ts";
import { marks } from "./marks.ts";
import { readSuite, type Suite } from "./read-tests.ts";
import { updateTests } from "./update.ts";
import { verdictJson, verdictLines } from "./verdict.ts";

export interface RulesTestOptions {
  readonly files: readonly string[];
  readonly update: boolean;
  readonly format: "text" | "json";
}

interface Run extends Suite {
  readonly verdicts: readonly Verdict[];
}

/** `escope rules test`: 1 where a test failed. With `--update` what is expected becomes what is. */
export async function runRulesTest({ files, update, format }: RulesTestOptions, io: Io): Promise<number> {
  let runs = await runSuites(files);
  const updated = update ? updateTests(runs.flatMap(({ verdicts }) => verdicts)) : [];
  for (const one of updated) io.stderr(updatedText(one, io));
  if (updated.length > 0) runs = await runSuites(files);
  const verdicts = runs.flatMap((run) => run.verdicts);
  const failed = verdicts.filter((verdict) => !isPassed(verdict)).length;
  const counts = { passed: verdicts.length - failed, failed };
  if (format === "json") io.stdout(`${JSON.stringify({ ...counts, files: runs.map(toJson) }, null, 2)}\n`);
  else io.stdout(`${[...runs.flatMap((run) => runLines(run, io)), countsLine(counts, io)].join("\n")}\n`);
  return failed === 0 ? 0 : 1;
}

/** What became of the file: a promise that was wrong must not be given up unseen. */
function updatedText({ file, tests, before, after }: ReturnType<typeof updateTests>[number], io: Io): string {
  const { good, bad } = marks(io);
  const [, , , ...hunks] = diffFile(file, before, after).trimEnd().split("\n");
  const painted = hunks.map((line) => (line.startsWith("+") ? good(line) : line.startsWith("-") ? bad(line) : line));
  return `${file}: ${countText(tests, "test")} updated\n${painted.map((line) => `  ${line}\n`).join("")}`;
}

async function runSuites(files: readonly string[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const file of files) {
    const suite = await readSuite(file);
    runs.push({ ...suite, verdicts: await runRuleTests(suite.prepared, suite.set) });
  }
  return runs;
}

function runLines({ file, verdicts, untested }: Run, io: Io): string[] {
  const none = verdicts.length === 0 ? [noTests(file)] : [];
  const without = untested.length === 0 || none.length > 0 ? [] : [`  without a test: ${untested.join(", ")}`];
  return [file, ...none, ...verdicts.flatMap((verdict) => verdictLines(verdict, io)), ...without, ""];
}

function noTests(file: string): string {
  const { extended, rules } = describeRules(file.replace(/\.test\.yml$/, ".yml"));
  if (rules.length > 0 || extended.length === 0) return "  no tests";
  return `  no rules of its own, and so no tests: it extends ${extended.join(", ")}`;
}

function countsLine({ passed, failed }: { passed: number; failed: number }, io: Io): string {
  const { good, bad } = marks(io);
  const text = `${passed} passed, ${failed} failed`;
  return failed === 0 ? good(text) : bad(text);
}

function toJson({ file, verdicts, untested }: Run): unknown {
  return { file, tests: verdicts.map(verdictJson), untested };
}
