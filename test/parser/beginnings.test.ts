import { describe, expect, test } from "vitest";
import { compilePattern, elixirParser, isPattern, withTree, type Pattern } from "../../src/parser/index.ts";
import { patternsByNode } from "../../src/parser/patterns/beginning.ts";
import { nearRules } from "../../src/planner/near-rules.ts";
import { compileRules, type Candidate } from "../../src/rules/index.ts";

const parser = await elixirParser();

const PATTERNS = [
  "f($X)",
  "M.f($X)",
  "g($X)",
  "$F($X)",
  "$X |> $Y",
  "$X + $Y",
  "$X ++ $Y",
  "not $X",
  "{:a, $X}",
].map((text) => compilePattern(text) as Pattern);

function near(code: string): string[] {
  const at = patternsByNode(PATTERNS);
  return withTree(parser, { path: "code", text: code }, ({ root }) => {
    const [node] = root.namedChildren;
    return at(node as NonNullable<typeof node>).map(({ text }) => text);
  });
}

describe("a node is held against the patterns that begin as it does", () => {
  test.each([
    ["f(1)", ["f($X)", "M.f($X)", "$F($X)"]],
    ["M.f(1)", ["f($X)", "M.f($X)", "$F($X)"]],
    ["h(1)", ["$F($X)"]],
    ["1 |> g", ["g($X)", "$F($X)", "$X |> $Y", "not $X"]],
    ["1 |> M.g()", ["g($X)", "$F($X)", "$X |> $Y", "not $X"]],
    ["1 + 2", ["$F($X)", "$X |> $Y", "$X + $Y", "not $X"]],
    ["1 not in 2", ["$F($X)", "$X |> $Y", "not $X"]],
    ["{:b, 1}", ["{:a, $X}"]],
    ["x.(1)", ["f($X)", "M.f($X)", "g($X)", "$F($X)"]],
    ["[1]", []],
  ])("%s", (code, expected) => {
    expect(PATTERNS.every(isPattern)).toBe(true);
    expect(near(code)).toEqual(expected);
  });
});

test("a site is asked only of rules that name it, in their order", () => {
  const rules = compileRules(
    "rules.yml",
    `rules:
  - { id: a, match: { call: A.f/1 } }
  - { id: b, match: { call: "A.*" } }
  - { id: c, match: { call: [A.g/1, A.f/2] } }
  - { id: d, match: { pattern: "f($X)" } }
  - { id: e, match: { function: { name: f } } }`,
  );
  const ids = (site: object): string[] => nearRules(rules)(site as Candidate).map(({ id }) => id);
  const call = { module: "A", name: "f", arity: 1, local: false, maybe: [] };
  expect(ids({ calls: [call] })).toEqual(["a", "b", "c"]);
  expect(ids({ calls: [{ ...call, name: "h" }] })).toEqual(["b"]);
  expect(ids({ calls: [], patterns: ["f($X)"] })).toEqual(["d"]);
  expect(ids({ calls: [], patterns: [] })).toEqual([]);
});
