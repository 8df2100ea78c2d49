import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { buildIndex } from "../../src/parser/index.ts";
import { compileRules, type Rule } from "../../src/rules/index.ts";
import { EVERYTHING, factsFor, planOf, rewrite } from "../support/core.ts";
import { compiledRuntime, runScript } from "../support/elixir.ts";
import { ELIXIRS } from "../support/newer-elixir.ts";
import type { Plan } from "../../src/planner/index.ts";
import type { SourceFile } from "../../src/source.ts";

const LIB = fileURLToPath(new URL("../../fixtures/projects/loops/lib/", import.meta.url));
const SOURCES: readonly SourceFile[] = readdirSync(LIB).map((name) => ({
  path: `lib/${name}`,
  text: readFileSync(join(LIB, name), "utf8"),
}));

/** A stack that grew by one word a round would not fit into the heap. */
const ROUNDS = 250_000;
const WORDS = 100_000;

const folder = mkdtempSync(join(tmpdir(), "escope-loops-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SITES: readonly Rule[] = compileRules(
  "sites.yml",
  `rules:
  - { id: calls, match: { call: ["*", "**.*", ":*.*"] } }
  - { id: forms, match: { pattern: ["$F($$$A)", "$A.($$$B)", "$X |> $Y", "fn $$$A -> $$$B end", "&$A", "$A = $B"] } }`,
);

/** The project with what the rules ask for, written to a folder. */
function write(name: string, rules: readonly Rule[], change: (plan: Plan) => Plan = (plan) => plan): string {
  const index = buildIndex(SOURCES.map((source) => factsFor(source, rules)));
  const plan = change(planOf(index, rules));
  for (const source of SOURCES) {
    const path = join(folder, name, source.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, rewrite(source, plan, index));
  }
  return join(folder, name);
}

/** What became of each loop, by module, of each folder. */
function run(path: string, folders: readonly string[]): Record<string, string>[] {
  const args = [String(ROUNDS), String(WORDS), ...folders];
  const output = runScript("loops.exs", "", ["-pa", compiledRuntime(path)], path, args);
  const texts = output.trimEnd().split("\n\n");
  return texts.map((text) =>
    Object.fromEntries(text.split("\n").map((line) => line.split(/ (.*)/s).slice(0, 2) as [string, string])),
  );
}

for (const elixir of ELIXIRS)
  test.skipIf(elixir.missing !== undefined)(
    `no loop needs more stack than without probes, and each would with a span around every clause: ${elixir.name}`,
    () => {
      const probed = write("probed", EVERYTHING);
      const sites = write("sites", [...EVERYTHING, ...SITES]);
      const wrapped = write("wrapped", EVERYTHING, (plan) => ({
        ...plan,
        probes: plan.probes.map((probe) => Object.assign({}, probe, { mode: "full" as const })),
      }));
      const [own, ends, ofSites, grown] = run(elixir.path, [LIB, probed, sites, wrapped]);
      const modules = Object.keys(own ?? {});
      expect(modules.length).toBeGreaterThan(30);
      expect(own).toEqual(Object.fromEntries(modules.map((name) => [name, "done"])));
      expect(ends).toEqual(own);
      expect(ofSites).toEqual(own);
      expect(grown).toEqual(Object.fromEntries(modules.map((name) => [name, ":killed"])));
    },
    120_000,
  );
