import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { pointAt, ruleTestUnreadable } from "../../errors.ts";
import { openRules, type Prepared } from "../../rule-tests.ts";
import { fileTests, inlineTests, isBuiltin, parseYaml, text, type RuleSet, type RuleTest } from "../../rules/index.ts";
import type { SourceFile } from "../../source.ts";

/** The tests of one rule file. */
export interface Suite {
  /** As the user named it. */
  readonly file: string;
  readonly set: RuleSet;
  readonly prepared: readonly Prepared[];
  /** Ids of the rules that no test is about. */
  readonly untested: readonly string[];
}

const TESTS = ".test.yml";

/** Reads the tests in `file`, and those in `NAME.test.yml` beside it; of a file of tests, only these. */
export async function readSuite(file: string): Promise<Suite> {
  const isTests = file.endsWith(TESTS);
  const rulesFile = isTests ? `${file.slice(0, -TESTS.length)}.yml` : file;
  const set = await openRules([rulesFile]);
  const own = set.rules.filter((rule) => rule.file === rulesFile);
  const inline = isTests ? [] : own.flatMap((rule) => inlineTests(rule));
  const tests = [...inline, ...readBeside(rulesFile, set)];
  const tested = new Set(tests.map(({ rule }) => rule));
  return {
    file,
    set,
    prepared: tests.map((test) => ({ test, sources: sourcesOf(test) })),
    untested: isTests ? [] : own.filter((rule) => !tested.has(rule)).map(({ id }) => id),
  };
}

function readBeside(rulesFile: string, { rules }: RuleSet): RuleTest[] {
  const path = rulesFile.replace(/\.ya?ml$/, TESTS);
  if (isBuiltin(rulesFile) || path === rulesFile || !existsSync(path)) return [];
  return fileTests(parseYaml({ path, text: readFileSync(path, "utf8") }), rules);
}

function sourcesOf({ given }: RuleTest): SourceFile[] {
  if (!("file" in given)) return [given];
  const { source, span } = given.file;
  const path = join(dirname(source.path), text(given.file));
  try {
    if (statSync(path).isDirectory()) return sourcesIn(path);
    return [{ path: text(given.file), text: readFileSync(path, "utf8") }];
  } catch (error) {
    throw ruleTestUnreadable(pointAt(source, span), error);
  }
}

function sourcesIn(folder: string): SourceFile[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.exs?$/.test(file));
  return files.toSorted().map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}
