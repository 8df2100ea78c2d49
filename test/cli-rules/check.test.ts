import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runRulesCheck } from "../../src/cli/rules/check.ts";
import { captureIo, folderWith } from "./support.ts";

async function check(yaml: string, format: "text" | "json" = "text") {
  const dir = folderWith({ "rules.yml": yaml, "base.yml": "rules: [{ id: base, match: { path: ./x.ex } }]" });
  const io = captureIo();
  const status = await runRulesCheck({ files: [join(dir, "rules.yml")], format }, io);
  return { status, text: io.out().replaceAll(`${dir}/`, "") };
}

const placesIn = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("rules.yml:"));

describe("escope rules check", () => {
  test("nothing is wrong", async () => {
    expect(await check("rules: [{ id: a, match: { path: 'lib/**' } }]")).toEqual({
      status: 0,
      text: "✓ rules.yml: 1 rule, nothing is wrong\n",
    });
  });

  test("every rule's error is shown, at its place in the file", async () => {
    const yaml = `rules:
  - id: a
    match: { function: { naem: init } }
  - id: b
    match: { path: x.ex }
  - id: c
    match:
      pattern: "f("
    do:
      enter: false
  - id: d
    match: { call: 7 }
`;
    const { status, text } = await check(yaml);
    expect(placesIn(text)).toEqual([
      "rules.yml:3:26: unknown key naem [RULE_UNKNOWN_KEY]",
      "rules.yml:12:20: expected Module.function/arity, or { module, outside, name, arity } [RULE_TYPE]",
      "rules.yml:8:18: this is no pattern: this does not parse as Elixir [RULE_PATTERN]",
    ]);
    expect(text).toContain("hint: Did you mean name?");
    expect(status).toBe(2);
  });

  test("what is wrong in a test is wrong in the file", async () => {
    const { status, text } = await check(
      "rules:\n  - id: a\n    match: { path: x.ex }\n    tests:\n      - source: x\n        matches: [f]\n",
    );
    expect(placesIn(text)).toHaveLength(1);
    expect(text).toContain("rules.yml:6:19: expected Module.function/arity");
    expect(status).toBe(2);
  });

  test("what cannot be meant gives 1, and only what stands in the file itself", async () => {
    const { status, text } = await check(
      "extends: ./base.yml\nrules:\n  - id: a\n    match: { path: lib/ }\n",
    );
    expect(text).toBe("rules.yml:4:20: a: lib/ names a folder, and files are matched\nhint: Write lib/**.\n");
    expect(status).toBe(1);
  });

  test("YAML that cannot be read", async () => {
    const { status, text } = await check("rules:\n\t- id: a");
    expect(text).toContain("[RULE_SYNTAX]");
    expect(status).toBe(2);
  });

  test("a flow list gives its first error", async () => {
    const { status, text } = await check("rules: [{ id: a, match: { x: 1 } }, { id: b, match: { y: 1 } }]");
    expect(placesIn(text)).toHaveLength(1);
    expect(status).toBe(2);
  });

  test("files are held against each other", async () => {
    const dir = folderWith({
      "a.yml": "rules: [{ id: a, match: { path: lib/a.ex } }]",
      "b.yml": "rules: [{ id: b, match: { path: 'lib/**' } }]",
    });
    const io = captureIo();
    const status = await runRulesCheck(
      { files: [join(dir, "a.yml"), join(dir, "b.yml")], format: "text" },
      io,
    );
    expect(io.out().replaceAll(`${dir}/`, "")).toContain(
      "a.yml:1:25: a: everything that a selects, b (b.yml) selects, too\n",
    );
    expect(status).toBe(1);
  });

  test("as JSON", async () => {
    const { text } = await check(
      "rules:\n  - id: a\n    match: { path: lib/, fnction: x }\n  - id: b\n    match: { path: lib/ }\n",
      "json",
    );
    expect(JSON.parse(text)).toMatchObject([
      {
        file: "rules.yml",
        errors: [{ code: "RULE_UNKNOWN_KEY", line: 3, column: 26, hint: "Did you mean function?" }],
        warnings: [{ rule: "b", line: 5, column: 20, says: "lib/ names a folder, and files are matched" }],
      },
    ]);
  });

  test("a file that is not there", async () => {
    await expect(
      runRulesCheck({ files: ["/nowhere/rules.yml"], format: "text" }, captureIo()),
    ).rejects.toMatchObject({ code: "RULES_UNREADABLE" });
  });
});

const charging = (name: string): string => `
      - source: |
          defmodule A do
            def charge(${name}), do: ${name}
          end
        matches: [A.charge/1]`;

const charges = (...names: string[]): string =>
  `rules:\n  - id: a\n    match: { function: { name: charge } }\n    do: { capture: { args: [amout] } }\n    tests:${names.map(charging).join("")}\n`;

test("names that nothing has, as far as the rule's own tests tell", async () => {
  const { status, text } = await check(charges("amount"));
  expect(status).toBe(1);
  expect(text).toContain(
    "a: in its tests, nothing that the rule a selects has an argument amout (did you mean amount?)",
  );
  expect((await check(charges("amount", "amout"))).status).toBe(0);
});
