import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rulesReference } from "../../src/rules/schema/reference.ts";

const FILE = new URL("../../docs/rules-reference.md", import.meta.url);

test("the reference is made of the loader's own table (UPDATE_GOLDEN=1 writes it)", () => {
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(FILE, rulesReference());
  expect(existsSync(FILE) ? readFileSync(FILE, "utf8") : "").toBe(rulesReference());
});

test("it has the keys that stand deep in the table", () => {
  const text = rulesReference();
  for (const key of ["capture.locals", "redact.patterns", "where.NAME.kind", "module.defines", "rules[].tests[].no_match", "limit.per_second"])
    expect(text).toContain(`\`${key}\``);
});
