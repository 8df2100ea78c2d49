import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { compileRules } from "../../src/rules/index.ts";
import { EVERYTHING, probe, type Probed } from "../support/core.ts";
import { base64, compiledRuntime, runScript } from "../support/elixir.ts";
import { expectInvariants } from "../support/invariants.ts";

const GOLDEN = fileURLToPath(new URL("../../fixtures/golden/", import.meta.url));

interface Case {
  readonly name: string;
  readonly folder: string;
  readonly input: string;
  readonly check: string | undefined;
  readonly rules: string | undefined;
}

interface Side {
  readonly warnings: string;
  readonly output: string;
}

function readCase(name: string): Case {
  const folder = join(GOLDEN, name);
  const read = (file: string): string | undefined =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined;
  const input = read("input.ex") ?? "";
  return { name, folder, input, check: read("check.exs"), rules: read("rules.yml") };
}

const cases = readdirSync(GOLDEN)
  .flatMap((construct) => readdirSync(join(GOLDEN, construct)).map((name) => `${construct}/${name}`))
  .map(readCase);

function probeCase({ input, rules }: Case): Probed {
  const compiled = rules === undefined ? EVERYTHING : compileRules("rules.yml", rules);
  return probe({ path: "input.ex", text: input }, compiled);
}

function planText({ plan }: Probed): string {
  const probes = plan.probes.map(({ site: _site, ...rest }) => rest);
  return `${JSON.stringify({ probes, skipped: plan.skipped, unmatched: plan.unmatched }, null, 2)}\n`;
}

/** Writes the file where the run says so; in any case `actual` must be what it holds. */
function expectFile(path: string, actual: string): void {
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, "utf8"));
}

/** Probes shift columns; lines must stay. Elixir numbers the modules that it makes for a stack trace's functions. */
function normalise(text: string): string {
  return text.replaceAll(/(input\.ex:\d+):\d+/g, "$1");
}

function runAll(): Map<string, readonly [Side, Side]> {
  const lines = cases.map((item) =>
    [item.input, probeCase(item).text, item.check ?? "-"].map(base64).join(" "),
  );
  const results = runScript("compile.exs", `${lines.join("\n")}\n`, ["-pa", compiledRuntime()])
    .split("\n")
    .slice(0, cases.length);
  return new Map(
    results.map((line, at) => {
      const texts = line.split(" ").map((part) => normalise(Buffer.from(part, "base64").toString()));
      const [warnings = "?", output = "?", probedWarnings = "!", probedOutput = "!"] = texts;
      const sides = [
        { warnings, output },
        { warnings: probedWarnings, output: probedOutput },
      ] as const;
      return [cases[at]?.name ?? "", sides];
    }),
  );
}

test("every fixture holds an input", () => {
  expect(cases.length).toBeGreaterThan(30);
  for (const { name, input } of cases) expect(input, name).toContain("def");
});

describe.each(cases)("$name", (item) => {
  test("is planned and rewritten as expected", () => {
    const probed = probeCase(item);
    expectFile(join(item.folder, "plan.json"), planText(probed));
    expectFile(join(item.folder, "expected.ex"), probed.text);
  });

  test("holds the invariants", () => expectInvariants({ path: "input.ex", text: item.input }));
});

describe("under real Elixir", () => {
  let results: Map<string, readonly [Side, Side]>;
  beforeAll(() => {
    results = runAll();
  });

  test.each(cases)("$name compiles with the same warnings and behaves the same", ({ name, check }) => {
    const [original, probed] = results.get(name) ?? [];
    expect(original?.warnings).not.toContain("** (");
    expect(original?.output).not.toContain("** (");
    if (check !== undefined) expect(original?.output).not.toBe("");
    expect(probed).toEqual(original);
  });
});
