import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findAllProblems } from "../../src/cli/rules/problems.ts";
import { readSuite } from "../../src/cli/rules/read-tests.ts";
import { verdictLines } from "../../src/cli/rules/verdict.ts";
import { isPassed, runRuleTests } from "../../src/rule-tests.ts";

const text = readFileSync(new URL("../../docs/cookbook.md", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "escope-cookbook-"));
afterAll(() => rmSync(folder, { recursive: true }));
const IO = { stdout: () => {}, stderr: () => {}, color: false, width: 120 };

const recipes = text.split(/^## /m).slice(1).map((section, at) => {
  const file = join(folder, `recipe-${at}.yml`);
  writeFileSync(file, /^```yaml\n(.*?)^```$/ms.exec(section)?.[1] ?? "");
  return { title: section.slice(0, section.indexOf("\n")), file };
});

test("there are at least 15 recipes", () => expect(recipes.length).toBeGreaterThanOrEqual(15));

describe.each(recipes)("$title", ({ file }) => {
  test("nothing is wrong with the file", async () => {
    const [problems] = await findAllProblems([file]);
    expect(problems).toMatchObject({ errors: [], lints: [] });
  });

  test("its rules select what their tests say, and something", async () => {
    const { prepared, set, untested } = await readSuite(file);
    expect(untested).toEqual([]);
    const verdicts = await runRuleTests(prepared, set);
    expect(verdicts.filter((one) => !isPassed(one)).flatMap((one) => verdictLines(one, IO))).toEqual([]);
    expect(verdicts.filter(({ selected }) => selected.length === 0)).toEqual([]);
  });
});
