import { beforeAll, describe, expect, test } from "vitest";
import { buildIndex } from "../../src/parser/index.ts";
import type { SourceFile } from "../../src/source.ts";
import { verifyRewrites } from "../../src/verify.ts";
import { compilePairs } from "../support/compile.ts";
import { factsOf, planOf, probe, rewrite } from "../support/core.ts";
import { definitionsByElixir, definitionsByEscope } from "../support/definitions.ts";
import { generateModule, randomFrom } from "../support/generate.ts";
import { expectInvariants } from "../support/invariants.ts";
import { ELIXIRS } from "../support/newer-elixir.ts";

/** Fixed, so that a red test means a change; a longer hunt: ESCOPE_SEED=$RANDOM ESCOPE_RUNS=5000. */
const SEED = Number(process.env["ESCOPE_SEED"] ?? 1);
const COUNT = Number(process.env["ESCOPE_RUNS"] ?? 150);

const random = randomFrom(SEED);
const sources: SourceFile[] = Array.from({ length: COUNT }, (_, at) => ({
  path: `seed-${SEED}-${at}.ex`,
  text: generateModule(random, `Generated${at}`),
}));

describe(`generated modules (again with ESCOPE_SEED=${SEED})`, () => {
  let valid: SourceFile[];
  let definitions: Map<SourceFile, readonly string[]>;

  beforeAll(() => {
    const found = definitionsByElixir(sources);
    definitions = new Map(
      sources.flatMap((source, at) => (found[at] === undefined ? [] : [[source, found[at]]])),
    );
    valid = sources.filter((source) => definitions.has(source) && factsOf(source).fault === undefined);
  });

  test("are nearly all valid, and hold definitions", () => {
    expect(valid.length / COUNT, `seed ${SEED}`).toBeGreaterThan(0.9);
    expect([...definitions.values()].flat().length).toBeGreaterThan(COUNT);
  });

  test("hold the invariants", () => {
    for (const source of sources) {
      try {
        expectInvariants(source);
      } catch (error) {
        throw new Error(`${source.path}:\n${source.text}`, { cause: error });
      }
    }
  });

  test("have the definitions that Elixir finds", () => {
    for (const source of valid)
      expect(definitionsByEscope(factsOf(source)), `${source.path}:\n${source.text}`).toEqual(
        definitions.get(source),
      );
  });

  test("are read by Elixir as before", async () => {
    const rewrites = valid.map((source) => {
      const index = buildIndex([factsOf(source)]);
      return { source, text: rewrite(source, planOf(index), index) };
    });
    const [different] = await verifyRewrites(rewrites);
    expect(different, different?.[0].text).toBeUndefined();
  });

  for (const elixir of ELIXIRS)
    test.skipIf(elixir.missing !== undefined)(
      `compile with the same warnings, or fail with the same error (${elixir.name})`,
      () => {
        const pairs = valid
          .slice(0, 60)
          .map((source) => ({ input: source.text, probed: probe(source).text, check: undefined }));
        const results = compilePairs(pairs, elixir);
        for (const [at, { original, probed }] of results.entries())
          expect(probed, pairs[at]?.input).toEqual(original);
        const compiled = results.filter(({ original }) => original.interface !== "");
        expect(compiled.length).toBeGreaterThan(pairs.length / 2);
      },
    );
});
