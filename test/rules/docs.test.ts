import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { elixirParser } from "../../src/parser/index.ts";
import { loadRules } from "../../src/rules/index.ts";
import { RULE_FILE, MATCH, DO } from "../../src/rules/schema/keys.ts";
import type { Keys } from "../../src/rules/schema/shape.ts";

const text = readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "escope-docs-"));
afterAll(() => rmSync(folder, { recursive: true }));

await elixirParser();

/** What a document shows: whole files, and a `do` alone. */
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = ""], at) => {
  const name = /^# rules\/(\S+)\n/.exec(block)?.[1] ?? `block-${at}.yml`;
  const isAction = block.startsWith("    do:");
  return { name, yaml: isAction ? `rules:\n  - id: r\n    match: {}\n${block}` : block };
});

test("every example of docs/rules.md can be loaded", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(8);
  mkdirSync(folder, { recursive: true });
  for (const { name, yaml } of blocks) writeFileSync(join(folder, name), yaml);
  for (const { name } of blocks) {
    const { rules, traced = [] } = loadRules([join(folder, name)]);
    expect(rules.length + traced.length + (name === "shared.yml" ? 1 : 0), name).toBeGreaterThan(0);
  }
});

function nested(keys: Keys, key: string): Keys {
  const takes = keys[key]?.takes;
  return takes?.is === "map" ? takes.keys : {};
}

test("every key is in docs/rules.md", () => {
  const documented = [
    ...Object.keys(RULE_FILE.keys),
    ...Object.keys(MATCH.keys).filter((key) => key !== "module" && key !== "function"),
    ...Object.keys(nested(MATCH.keys, "module")).map((key) => `module.${key}`),
    ...Object.keys(nested(MATCH.keys, "function")).map((key) => `function.${key}`),
    ...Object.keys(DO.keys).filter((key) => key !== "capture"),
    ...Object.keys(nested(DO.keys, "capture")).map((key) => `capture.${key}`),
  ];
  expect(documented.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
});
