import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EscopeError } from "../../src/errors.ts";
import { builtinNames, compileRules, loadRules } from "../../src/rules/index.ts";
import { indexOf, planOf } from "../support/core.ts";

function errorOf(run: () => unknown): EscopeError {
  try {
    run();
  } catch (error) {
    if (error instanceof EscopeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("rule files", () => {
  test("are loaded in the order given", () => {
    const folder = mkdtempSync(join(tmpdir(), "escope-rules-"));
    const file = join(folder, "own.yml");
    writeFileSync(file, "rules:\n  - id: own\n    description: mine\n    match: { path: '**' }\n");
    const { rules } = loadRules([file, "builtin:everything"]);
    expect(rules.map(({ id, file: from }) => `${id} ${from}`)).toEqual([`own ${file}`, "everything builtin:everything"]);
  });

  test("the built-in ones can all be loaded", () => {
    expect(builtinNames()).toEqual(expect.arrayContaining(["default", "everything", "phoenix"]));
    for (const name of builtinNames()) expect(loadRules([`builtin:${name}`]).rules.length).toBeGreaterThan(0);
  });

  test.each([
    ["builtin:everythin", "RULES_UNKNOWN_BUILTIN", "Did you mean builtin:everything?"],
    ["builtin:", "RULES_UNKNOWN_BUILTIN", "There are: agent_task, channels, "],
    ["/no/such/file.yml", "RULES_UNREADABLE", "builtin:NAME"],
    [tmpdir(), "RULES_UNREADABLE", "builtin:NAME"],
  ])("%s is refused", (file, code, hint) => {
    const error = errorOf(() => loadRules([file]));
    expect(error.code).toBe(code);
    expect(error.details.hint).toContain(hint);
  });

  test.each([
    ["max_probes: 3\nrules: []", "It stands in a rule; for all of them"],
    ["match: {}\nrules: []", "It stands in a rule, below rules"],
    ["rules: [{ id: a, match: { call: f/1 }, do: { capture: { args: [-1] } } }]", "None is less than 0"],
  ])("what stands in the wrong place is told so: %s", (text, hint) => {
    expect(errorOf(() => compileRules("own.yml", text)).details.hint).toContain(hint);
  });

  test("an error names file, line and column", () => {
    const { details } = errorOf(() => compileRules("own.yml", "rules:\n  - id: a\n    match:\n      paht: x\n"));
    expect(details).toMatchObject({ file: "own.yml", line: 4, column: 7, frame: "      paht: x" });
  });
});

describe("a plan says which rules", () => {
  const rules = compileRules(
    "own.yml",
    "rules:\n  - { id: a, match: { function: { name: f } } }\n  - { id: b, match: { function: { arity: 0 } } }\n  - { id: c, match: { path: nowhere } }\n",
  );

  test("chose a probe, and which matched nothing", () => {
    const plan = planOf(indexOf("defmodule M do\ndef f, do: 1\ndef g, do: 1\nend"), rules);
    expect(plan.probes.map((probe) => probe.rules)).toEqual([["a", "b"], ["b"]]);
    expect(plan.unmatched).toEqual(["c"]);
  });

  test("matched only what cannot be rewritten: that is a match", () => {
    const plan = planOf(indexOf("defmodule M do\nwrap do\ndef f, do: 1\nend\nend"), rules);
    expect(plan.probes).toEqual([]);
    expect(plan.skipped.map(({ function: name, line }) => `${name} ${line}`)).toEqual(["f 3"]);
    expect(plan.unmatched).toEqual(["c"]);
  });
});
