import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { EscopeError, formatError } from "../../src/errors.ts";
import { compileRules } from "../../src/rules/index.ts";
import { nameOf, probe } from "../support/core.ts";

const REJECTED = fileURLToPath(new URL("../../fixtures/rejected/", import.meta.url));

/** What escope says to a rule file: the text of its error. */
function rulesVerdict(yaml: string): string {
  try {
    compileRules("rules.yml", yaml);
  } catch (error) {
    if (error instanceof EscopeError) return formatError(error);
    throw error;
  }
  throw new Error("the rule file was taken");
}

/** What escope leaves alone of a source and why, and what it probes in spite of that. */
function sourceVerdict(text: string): string {
  const { plan, text: output } = probe({ path: "input.ex", text });
  const skipped = plan.skipped.map(({ line, module, function: name, arity, reason }) => {
    const target = module === null ? "" : `${module}.${name}/${arity ?? "?"}: `;
    return `input.ex:${line}: ${target}${reason}`;
  });
  if (plan.probes.length === 0) expect(output).toBe(text);
  return [...skipped, ...plan.probes.map((probed) => `probed: ${nameOf(probed)}`), ""].join("\n").trimEnd();
}

test.each(readdirSync(REJECTED))("%s", (name) => {
  const input = join(REJECTED, name, "input.ex");
  const verdict = existsSync(input)
    ? sourceVerdict(readFileSync(input, "utf8"))
    : rulesVerdict(readFileSync(join(REJECTED, name, "rules.yml"), "utf8"));
  const expected = join(REJECTED, name, "expected.txt");
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(expected, `${verdict}\n`);
  expect(`${verdict}\n`).toBe(readFileSync(expected, "utf8"));
});

test("rule files are rejected in many ways", () => {
  const texts = readdirSync(REJECTED)
    .filter((name) => existsSync(join(REJECTED, name, "rules.yml")))
    .map((name) => readFileSync(join(REJECTED, name, "expected.txt"), "utf8"));
  expect(texts.length).toBeGreaterThanOrEqual(40);
  const codes = new Map<string, number>();
  for (const text of texts) {
    const code = /\[(RULES?_[A-Z_]+)\]/.exec(text)?.[1] ?? "";
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect([...codes].filter(([code, count]) => code === "" || count > 5)).toEqual([]);
});
