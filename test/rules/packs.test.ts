import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readSuite } from "../../src/cli/rules/read-tests.ts";
import { verdictLines } from "../../src/cli/rules/verdict.ts";
import { isPassed, runRuleTests } from "../../src/rule-tests.ts";
import { builtinNames, describeRules } from "../../src/rules/index.ts";

const DOCS = readFileSync(new URL("../../docs/packs.md", import.meta.url), "utf8");
const IO = { stdout: () => {}, stderr: () => {}, color: false, width: 120 };

test("there are packs", () => expect(builtinNames().length).toBeGreaterThanOrEqual(21));

describe.each(builtinNames())("builtin:%s", (name) => {
  const file = `builtin:${name}`;

  test("says what it is for, in its file and in the documents", () => {
    const { description, rules } = describeRules(file);
    expect(description).toMatch(/^\w.{20,}/s);
    for (const rule of rules) expect(rule.description, rule.id).toMatch(/^[A-Za-z_].{10,}\.$/s);
    expect(DOCS).toContain(`\`builtin:${name}\``);
    for (const rule of rules) expect(DOCS, rule.id).toContain(`\`${rule.id}\``);
  });

  test("every rule has a test, and all of them pass", async () => {
    const { prepared, set, untested } = await readSuite(file);
    expect(untested).toEqual([]);
    const verdicts = await runRuleTests(prepared, set);
    expect(verdicts.length).toBeGreaterThanOrEqual(describeRules(file).rules.length);
    const failed = verdicts.filter((verdict) => !isPassed(verdict));
    expect(failed.flatMap((verdict) => verdictLines(verdict, IO))).toEqual([]);
  });

  test("every rule selects something in one of its tests", async () => {
    const { prepared, set } = await readSuite(file);
    const verdicts = await runRuleTests(prepared, set);
    const matching = new Set(verdicts.filter(({ selected }) => selected.length > 0).map(({ test: { rule } }) => rule.id));
    expect(describeRules(file).rules.map(({ id }) => id).filter((id) => !matching.has(id))).toEqual([]);
  });
});
