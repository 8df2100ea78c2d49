import { beforeAll, describe, expect, test } from "vitest";
import { buildIndex } from "../../src/parser/index.ts";
import { verifyRewrites } from "../../src/verify.ts";
import { factsOf, planOf, rewrite } from "../support/core.ts";
import { definitionsByElixir, definitionsByEscope } from "../support/definitions.ts";
import { expectInvariants } from "../support/invariants.ts";
import { fixtureSources } from "../support/sources.ts";

const sources = ["golden", "corpus", "rejected", "projects/otp_shop", "projects/shop"].flatMap(
  fixtureSources,
);
const projects = ["projects/otp_shop", "projects/shop"].map(fixtureSources);

describe.each(sources)("$path", (source) => {
  test("holds the invariants", () => expectInvariants(source));
});

test("there is something to look at", () => {
  expect(sources.length).toBeGreaterThan(100);
});

test.each(projects)("the order of a project's files changes nothing", (...files) => {
  const facts = files.map(factsOf);
  const [index, reversed] = [buildIndex(facts), buildIndex(facts.toReversed())];
  const plan = planOf(index);
  expect(plan.probes.length).toBeGreaterThan(100);
  expect(planOf(reversed)).toEqual(plan);
});

test("Elixir reads every rewritten fixture as its original", async () => {
  const rewrites = sources.flatMap((source) => {
    const index = buildIndex([factsOf(source)]);
    const plan = planOf(index);
    return plan.probes.length === 0 ? [] : [{ source, text: rewrite(source, plan, index) }];
  });
  const different = await verifyRewrites(rewrites);
  expect([...different].map(([{ source }, { reason }]) => `${source.path}: ${reason}`)).toEqual([
    // Not valid Elixir, though the grammar takes it: a mark at the start of a file.
    expect.stringMatching(/^corpus\/bom\.ex: Elixir cannot parse the file/),
  ]);
});

describe("the definitions that Elixir finds", () => {
  let found: (readonly string[] | undefined)[];
  beforeAll(() => {
    found = definitionsByElixir(sources);
  });

  test.each(sources.map((source, at) => ({ path: source.path, source, at })))("$path", ({ source, at }) => {
    const expected = found[at];
    const facts = factsOf(source);
    if (expected !== undefined && facts.fault === undefined)
      expect(definitionsByEscope(facts)).toEqual(expected);
  });
});
