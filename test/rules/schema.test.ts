import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { elixirParser } from "../../src/parser/index.ts";
import { builtinNames, compileRuleSet, readRules } from "../../src/rules/index.ts";
import { ruleFileSchema } from "../../src/rules/schema/json-schema.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SCHEMA = join(ROOT, "escope.rules.schema.json");
const text = `${JSON.stringify(ruleFileSchema(), null, 2)}\n`;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(ruleFileSchema());

await elixirParser();

test("the file for editors is made of the loader's own table (UPDATE_GOLDEN=1 writes it)", () => {
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(SCHEMA, text);
  expect(text).toBe(readFileSync(SCHEMA, "utf8"));
});

test("it is shipped", () => {
  expect(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).files).toContain("escope.rules.schema.json");
});

const NARROWING: ReadonlySet<string> = new Set(["else", "nameless", "selects"]);

test("every key says what it is for", () => {
  const visit = (node: unknown, path: string): string[] => {
    if (typeof node !== "object" || node === null) return [];
    const { properties = {}, ...rest } = node as { properties?: Record<string, { description?: string }> };
    // `true` and what stands in these only say which of the keys must be there.
    const keys = Object.entries(properties).filter(([, value]) => (value as unknown) !== true);
    const silent = keys.flatMap(([key, value]) => (value.description ? [] : [`${path}.${key}`]));
    const below = [...Object.entries(properties), ...Object.entries(rest).filter(([key]) => !NARROWING.has(key))];
    return [...silent, ...below.flatMap(([key, value]) => visit(value, `${path}.${key}`))];
  };
  expect(visit(ruleFileSchema(), "")).toEqual([]);
});

describe("takes what the loader takes", () => {
  test.each(builtinNames())("builtin:%s", (name) => {
    validate(parse(readRules(`builtin:${name}`)));
    expect(validate.errors ?? []).toEqual([]);
  });

  const golden = join(ROOT, "fixtures/golden");
  const files = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("rules.yml"));
  test.each(files)("%s", (file) => {
    validate(parse(readFileSync(join(golden, file), "utf8")));
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe("refuses what the loader refuses for its form", () => {
  const FORM = /\[RULE_(?:UNKNOWN_KEY|TYPE|CHOICE|EMPTY_LIST|NUMBER)\]/;
  const rejected = join(ROOT, "fixtures/rejected");
  const cases = readdirSync(rejected).filter((name) => {
    if (!name.startsWith("rules-")) return false;
    return FORM.test(readFileSync(join(rejected, name, "expected.txt"), "utf8"));
  });

  test("there are some", () => expect(cases.length).toBeGreaterThan(5));

  test.each(cases)("%s", (name) => {
    const yaml = readFileSync(join(rejected, name, "rules.yml"), "utf8");
    expect(() => compileRuleSet("rules.yml", yaml)).toThrow();
    expect(validate(parse(yaml))).toBe(false);
  });
});

const refused = (yaml: string): boolean => !validate(parse(yaml));

describe("says what the loader says of what is missing", () => {
  test.each([
    ["rules: [{ id: a }]", true],
    ["extends: builtin:errors\nrules: [{ id: errors }]", false],
    ["rules: [{ id: a, match: { path: 'lib/**' }, tests: [{ matches: [] }] }]", true],
    ["rules: [{ id: a, match: { path: 'lib/**' }, tests: [{ source: 'x', file: 'a.ex', matches: [] }] }]", true],
    ["rules: [{ id: a, match: { path: 'lib/**' }, tests: [{ source: 'x', matches: [] }] }]", false],
    ["rules: [{ id: a, match: { call: { module: { use: Ecto.Repo }, name: [all, one], arity: '>1' } } }]", false],
    ["rules: [{ id: a, match: { call: { name: all } } }]", true],
    ["rules: [{ id: a, match: { module: { defines: on_mount } } }]", true],
    ["rules: [{ id: a, match: { module: { defines: [on_mount/4, '+/2'] } } }]", false],
    ["rules: [{ id: a, match: { call: [{ outside: Repo }, Repo.all/1] } }]", false],
    ["rules: [{ id: a, match: { has: { function: { name: f } } } }]", true],
    ["rules: [{ id: a, match: { has: { not: { call: f/1 } } } }]", true],
    ["rules: [{ id: a, match: { has: { all: [{ path: 'a/**' }, { any: [{ call: A.f/1 }, { call: A.g/1 }] }] } } }]", false],
    ["rules: [{ id: a, match: { has: { pattern: 'f($X)', module: { name: A } } } }]", false],
    ["rules: [{ id: a, match: { matches: worker } }]", true],
    ["rules: [{ id: a, match: { path: 'a/**', any: [{ not: { matches: worker } }] } }]", true],
    ["rules: [{ id: a, match: { path: 'a/**' } }]\nexclude: [{ matches: worker }]", true],
    ["utils: { worker: { path: 'a/**' } }\nrules: [{ id: a, match: { matches: worker } }]\nexclude: { matches: worker }", false],
  ])("%s", (yaml, expected) => {
    expect(refused(yaml)).toBe(expected);
    const load = (): unknown => compileRuleSet("rules.yml", yaml);
    if (expected) expect(load).toThrow();
    else expect(load).not.toThrow();
  });
});
