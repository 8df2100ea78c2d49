import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { EscopeError } from "../../src/errors.ts";
import { lintRules, loadRules, type RuleSet } from "../../src/rules/index.ts";
import { nameOf, planFor } from "../support/core.ts";

const scratch: string[] = [];
afterAll(() => scratch.forEach((folder) => rmSync(folder, { recursive: true })));

/** Writes rule files, and loads the first of them, or those that are named. */
function load(files: Readonly<Record<string, string>>, ...names: string[]): RuleSet {
  const folder = mkdtempSync(join(tmpdir(), "escope-rules-"));
  scratch.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const chosen = names.length === 0 ? [Object.keys(files)[0] as string] : names;
  return loadRules(chosen.map((name) => join(folder, name)));
}

const ids = ({ rules }: RuleSet): string[] => rules.map(({ id }) => id);

const SOURCE = `defmodule A do
  use GenServer
  def init(x), do: {:ok, x}
  def handle_info(m, s), do: {:noreply, {m, s}}
  def go(x), do: Repo.insert(x)
end

defmodule B do
  def go(x), do: {x + 1, Repo.insert(x)}
end`;

const chosen = (set: RuleSet): string[] =>
  planFor(set, SOURCE).probes.map((probe) => (probe.target === undefined ? nameOf(probe) : `${nameOf(probe)} ${probe.target}`));

const policies = (set: RuleSet): unknown[] => planFor(set, SOURCE).probes.map((probe) => [nameOf(probe), probe.do?.tag]);

describe("extends", () => {
  test("says where what the other rule hides is not hidden any more", () => {
    const base = "rules: [{ id: m, match: { function: { name: go } }, do: { redact: { keys: [card], patterns: ['\\d+'] }, mark: go } }]";
    const lints = (rule: string): string[] => {
      const set = load({ "a.yml": `extends: b.yml\nrules: [${rule}]`, "b.yml": base });
      const idle = planFor(set, SOURCE).idle.map(({ line, says }) => `${line} ${says.replace(/\S+b\.yml/, "b.yml")}`);
      expect(lintRules(set)).toHaveLength(idle.length);
      return idle;
    };
    expect(lints("{ id: m, do: { mark: other } }")).toEqual([
      "2 m: this do replaces that of b.yml, which hides card, \\d+: that is recorded now",
    ]);
    expect(lints("{ id: m, do: { redact: [card] } }")).toEqual([]);
    expect(lints("{ id: m, match: { function: { name: init } } }")).toEqual([]);
  });

  test("takes the rules of other files, by their path from its own", () => {
    const set = load({
      "rules/a.yml": "extends: [../shared/b.yml, builtin:everything]\nrules: [{ id: own, match: {} }]",
      "shared/b.yml": "extends: ./deep/c.yml\nrules: [{ id: b, match: {} }]",
      "shared/deep/c.yml": "rules: [{ id: c, match: {} }]",
    });
    expect(ids(set)).toEqual(["c", "b", "everything", "own"]);
  });

  test("a file counts once, however many lead to it", () => {
    const files = {
      "a.yml": "extends: [b.yml, c.yml]",
      "b.yml": "extends: d.yml",
      "c.yml": "extends: ./d.yml\nexclude: { path: 'x/**' }",
      "d.yml": "rules: [{ id: d, match: {} }]\nexclude: { path: 'y/**' }",
    };
    const set = load(files, "a.yml", "d.yml", "c.yml");
    expect(ids(set)).toEqual(["d"]);
    expect(set.exclude).toHaveLength(2);
  });

  test("a rule of the same id stands in the place of the extended one", () => {
    const base = "rules:\n  - { id: go, match: { function: { name: go } }, do: { tag: base } }\n  - { id: init, match: { function: { name: init } } }";
    const from = (rule: string): RuleSet => load({ "a.yml": `extends: ./b.yml\nrules: [${rule}]`, "b.yml": base });
    expect(policies(from("{ id: go, enabled: false }"))).toEqual([["A.init/1#1", undefined]]);
    expect(policies(from("{ id: go, do: { tag: own } }"))).toEqual([
      ["A.init/1#1", undefined],
      ["A.go/1#1", ["own"]],
      ["B.go/1#1", ["own"]],
    ]);
    expect(policies(from("{ id: go, match: { module: { name: B } } }"))).toEqual([
      ["A.init/1#1", undefined],
      ["B.go/1#1", ["base"]],
    ]);
  });

  test("what a built-in set has can be changed so", () => {
    const set = load({ "a.yml": "extends: builtin:default\nrules: [{ id: genserver-callbacks, do: { capture: { result: false } } }]" });
    expect(planFor(set, SOURCE).probes.map((probe) => probe.do)).toEqual([{ capture: { result: false } }, { capture: { result: false } }]);
  });

  test("that leads in a circle names the way", () => {
    const error = thrown(() => load({ "a.yml": "extends: b.yml", "b.yml": "rules: []\nextends: [c.yml]", "c.yml": "extends: a.yml" }));
    expect(error.code).toBe("RULE_CYCLE");
    expect(error.message.replaceAll(/\S+\//g, "")).toBe("extends: a.yml leads back to itself: a.yml → b.yml → c.yml → a.yml");
    expect(error.details.file).toMatch(/c\.yml$/);
  });
});

describe("utils", () => {
  const shared = "utils:\n  repo: { call: Repo.insert/1 }\n  servers: { module: { use: GenServer } }";

  test("are matches with names, for several rules and for each other", () => {
    const set = load({
      "a.yml": `${shared}\n  inserts: { matches: repo, module: { name: B } }\nrules:\n  - { id: b, match: { matches: inserts } }\n  - { id: a, match: { matches: servers, function: { name: init } } }`,
    });
    expect(chosen(set)).toEqual(["A.init/1#1", "B.go/1#1 Repo.insert/1"]);
  });

  test("are shared through extends; a file's own come first", () => {
    const set = load({
      "a.yml": "extends: b.yml\nutils: { servers: { module: { name: B } } }\nrules: [{ id: a, match: { all: [{ matches: servers }, { matches: repo }] } }]",
      "b.yml": "extends: c.yml",
      "c.yml": shared,
    });
    expect(chosen(set)).toEqual(["B.go/1#1 Repo.insert/1"]);
  });

  test("several names: one of them must hold", () => {
    const set = load({ "a.yml": `utils: { a: { function: { name: init } }, b: { module: { name: B } } }\nrules: [{ id: r, match: { matches: [a, b] } }]` });
    expect(chosen(set)).toEqual(["A.init/1#1", "B.go/1#1"]);
  });
});

describe("exclude", () => {
  const everything = "rules: [{ id: all, match: {} }, { id: inserts, match: { call: Repo.insert/1 } }, { id: sums, match: { pattern: '$A + $B' } }]";

  test.each([
    ["{ module: { name: A } }", ["B.go/1#1", "B.go/1#1 $A + $B", "B.go/1#1 Repo.insert/1"]],
    ["[{ function: { name: go } }, { function: { name: handle_info } }]", ["A.init/1#1"]],
    ["{ call: Repo.insert/1, module: { name: B } }", ["A.init/1#1", "A.handle_info/2#1", "A.go/1#1", "A.go/1#1 Repo.insert/1", "B.go/1#1", "B.go/1#1 $A + $B"]],
    ["{ pattern: '$X + 1' }", ["A.init/1#1", "A.handle_info/2#1", "A.go/1#1", "A.go/1#1 Repo.insert/1", "B.go/1#1", "B.go/1#1 Repo.insert/1"]],
  ])("%s", (exclude, expected) => {
    expect(chosen(load({ "a.yml": `${everything}\nexclude: ${exclude}` }))).toEqual(expected);
  });

  test("holds for the rules of all files", () => {
    const set = load({ "a.yml": everything, "b.yml": "exclude: { module: { name: [A, B] } }" }, "a.yml", "b.yml");
    expect(chosen(set)).toEqual([]);
    expect(planFor(set, SOURCE)).toMatchObject({ unmatched: [], idle: [] });
  });

  test("that excludes nothing is told", () => {
    const set = load({ "a.yml": "rules: [{ id: b, match: { module: { name: B } } }]\nexclude:\n  - module: { name: A }\n  - function: { name: go }" });
    const { idle } = planFor(set, SOURCE);
    expect(idle.map(({ line, says }) => [line, says])).toEqual([[3, "excludes nothing that a rule selects"]]);
  });
});

test("a rule that is not enabled is not there, and no match is missed", () => {
  const set = load({ "a.yml": "rules: [{ id: a, enabled: false, match: { path: nowhere } }, { id: b, enabled: true, match: {} }]" });
  expect(ids(set)).toEqual(["b"]);
  expect(planFor(set, SOURCE).unmatched).toEqual([]);
});

test("a file of megabytes is not read", () => {
  const error = thrown(() => load({ "a.yml": `rules:\n${"  - { id: a, match: {} }\n".repeat(100_000)}` }));
  expect([error.code, error.message]).toEqual(["RULES_TOO_LARGE", "a rule file of 2.5 MB is not read"]);
});

test.each(["utf16le", "latin1"] as const)("a file in %s is not read", (encoding) => {
  const folder = mkdtempSync(join(tmpdir(), "escope-rules-"));
  scratch.push(folder);
  const text = "\ufeffrules: [{ id: a, description: \u00e9, match: { path: x.ex } }]";
  writeFileSync(join(folder, "a.yml"), Buffer.from(text, encoding));
  expect(thrown(() => loadRules([join(folder, "a.yml")])).code).toBe("RULES_ENCODING");
});

function thrown(run: () => unknown): EscopeError {
  try {
    run();
  } catch (error) {
    if (error instanceof EscopeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
