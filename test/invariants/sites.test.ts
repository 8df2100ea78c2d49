import { describe, expect, test } from "vitest";
import { buildIndex } from "../../src/parser/index.ts";
import { compileRules, type Rule } from "../../src/rules/index.ts";
import type { SourceFile } from "../../src/source.ts";
import { verifyRewrites, type Rewrite } from "../../src/verify.ts";
import { EVERYTHING, factsFor, planOf, rewrite } from "../support/core.ts";
import { generateModule, randomFrom } from "../support/generate.ts";
import { expectInvariants } from "../support/invariants.ts";
import { fixtureSources } from "../support/sources.ts";

const SEED = Number(process.env["ESCOPE_SEED"] ?? 1);
const COUNT = 40;

const random = randomFrom(SEED);
const generated: SourceFile[] = Array.from({ length: COUNT }, (_, at) => ({
  path: `seed-${SEED}-${at}.ex`,
  text: generateModule(random, `Sites${at}`),
}));
const sources = [
  ...["golden", "corpus", "projects/otp_shop", "projects/shop"].flatMap(fixtureSources),
  ...generated,
];

const pattern = (id: string, ...patterns: readonly string[]): string =>
  `  - { id: ${id}, match: { pattern: ${JSON.stringify(patterns)} } }`;

/** Every call, and every expression of nearly every form. */
const ALL: readonly Rule[] = compileRules(
  "all.yml",
  [
    "rules:",
    '  - { id: calls, match: { call: ["*", "**.*", ":*.*"] } }',
    pattern("any-call", "$F($$$A)", "$A.$F($$$B)", "$A.($$$B)", "$X |> $Y", "&$A"),
    pattern(
      "forms",
      "if $C do $$$B end",
      "case $A do $$$B end",
      "fn $$$A -> $$$B end",
      "for $A <- $B, do: $C",
    ),
    pattern(
      "operators",
      "$A = $B",
      "$A <> $B",
      "$A + $B",
      "$A and $B",
      "$A == $B",
      "-$A",
      "$A..$B",
      "$A[$B]",
    ),
  ].join("\n"),
);

/** What Elixir's parser puts into blocks where it stands in parentheses. */
const CONTAINERS: readonly Rule[] = compileRules(
  "containers.yml",
  [
    "rules:",
    pattern("containers", "{$$$A}", "[$$$A]", "%{$$$A}", '"a#{$A}"', "not $A", "!$A", "$A in $B"),
  ].join("\n"),
);

describe.each(sources)("$path, with all its calls and expressions", (source) => {
  test("holds the invariants", () => expectInvariants(source, [...ALL, ...CONTAINERS]));
  test("holds them with all clauses, too", () => expectInvariants(source, [...EVERYTHING, ...ALL]));
});

function rewriteAll(rules: readonly Rule[]): Rewrite[] {
  return sources.flatMap((source) => {
    const index = buildIndex([factsFor(source, rules)]);
    const plan = planOf(index, rules);
    return plan.probes.length === 0 ? [] : [{ source, text: rewrite(source, plan, index) }];
  });
}

test.each([
  ["calls and expressions", [...ALL, ...CONTAINERS]],
  ["clauses, calls and expressions", [...EVERYTHING, ...ALL, ...CONTAINERS]],
])("Elixir reads every source with probes on all %s as its original", async (_, rules) => {
  const rewrites = rewriteAll(rules);
  expect(rewrites.length).toBeGreaterThan(100);
  const different = await verifyRewrites(rewrites);
  const told = [...different].map(([{ source }, { reason }]) => `${source.path}: ${reason}`);
  expect(told.filter((reason) => !reason.includes("Elixir cannot parse the file"))).toEqual([]);
});
