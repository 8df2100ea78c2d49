import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { compileRuleSet } from "../../src/rules/index.ts";
import { compilePairs } from "../support/compile.ts";
import { EVERYTHING, probe, type Probed } from "../support/core.ts";
import { expectInvariants } from "../support/invariants.ts";
import { ELIXIRS } from "../support/newer-elixir.ts";

const GOLDEN = fileURLToPath(new URL("../../fixtures/golden/", import.meta.url));

interface Case {
  readonly name: string;
  readonly folder: string;
  readonly input: string;
  readonly check: string | undefined;
  readonly rules: string | undefined;
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
  const compiled = rules === undefined ? EVERYTHING : compileRuleSet("rules.yml", rules);
  return probe({ path: "input.ex", text: input }, compiled);
}

function planText({ plan }: Probed): string {
  const probes = plan.probes.map(({ site: _site, ...rest }) => rest);
  const skipped = plan.skipped.map(({ rules: _rules, ...rest }) => rest);
  return `${JSON.stringify({ probes, skipped, unmatched: plan.unmatched }, null, 2)}\n`;
}

/** Writes the file where the run says so; in any case `actual` must be what it holds. */
function expectFile(path: string, actual: string): void {
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, "utf8"));
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

for (const elixir of ELIXIRS)
  describe.skipIf(elixir.missing !== undefined)(`under ${elixir.name}`, () => {
    let results: ReturnType<typeof compilePairs>;
    beforeAll(() => {
      const pairs = cases.map((item) => ({ ...item, probed: probeCase(item).text }));
      results = compilePairs(pairs, elixir);
    });

    test.each(cases)("$name compiles with the same warnings and behaves the same", (item) => {
      const { original, probed } = results[cases.indexOf(item)] ?? {};
      expect(original?.warnings).not.toContain("** (");
      expect(original?.output).not.toContain("** (");
      if (item.check !== undefined) expect(original?.output).not.toBe("");
      expect(original?.interface).toContain("{:function, ");
      expect(probed).toEqual(original);
    });
  });
