import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import { runIndex, type IndexOptions } from "../../src/cli/index/index.ts";
import { copyProject } from "../e2e/support.ts";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const schema = JSON.parse(read("escope.index.schema.json"));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(schema, "index");

async function printed(options: IndexOptions): Promise<unknown> {
  let text = "";
  await runIndex(options, {
    stdout: (part: string) => void (text += part),
    stderr: () => undefined,
  } as never);
  return JSON.parse(text);
}

function faults(data: unknown, part = ""): unknown {
  const validate = ajv.getSchema(`index${part}`);
  if (validate === undefined) throw new Error(`no schema ${part}`);
  return validate(data) ? [] : validate.errors;
}

const PROJECTS = ["otp_shop", "shop", "umbrella/market", "mistakes"];

describe.each(PROJECTS)("what escope index prints of %s", (name) => {
  let project: string;

  beforeAll(() => {
    const [folder = "", ...rest] = name.split("/");
    project = [copyProject(folder), ...rest].join("/");
  });

  test("is as its schema says", async () => {
    expect(faults(await printed({ project, format: "json" }))).toEqual([]);
    for (const graph of ["calls", "messages", "components"] as const)
      expect(faults(await printed({ project, graph, format: "json" }), `#/$defs/${graph}`)).toEqual([]);
  });
});

test("the schema takes no key that is not there, and misses none", () => {
  const page = {
    version: 1,
    project: "p",
    modules: [],
    routes: [],
    supervision: [],
    notices: [],
    unread: [],
  };
  expect(faults(page)).toEqual([]);
  expect(faults({ ...page, more: 1 })).not.toEqual([]);
  const { unread: _unread, ...less } = page;
  expect(faults(less)).not.toEqual([]);
});

test("every key of it is in docs/index.md", () => {
  const keys = new Set<string>();
  JSON.stringify(schema, (key, value) => {
    if (key === "properties") for (const name of Object.keys(value)) keys.add(name);
    return value;
  });
  const docs = read("docs/index.md");
  expect([...keys].filter((key) => !docs.includes(`\`${key}\``))).toEqual([]);
});

function entries(from: Record<string, unknown>): string[] {
  return Object.entries(from).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `  ${key} ${JSON.stringify(each)}`),
  );
}

/** One line for each entry of each key, so that a change can be read. */
function lines(data: unknown): string {
  const { modules, ...rest } = data as { readonly modules: readonly Record<string, unknown>[] };
  const pages = modules.flatMap((module) => [String(module["name"])].concat(entries(module)));
  return `${[...pages, "", ...entries(rest)].join("\n")}\n`;
}

test.each(["umbrella/market", "mistakes"])("the facts of %s as JSON", async (name) => {
  const [folder = "", ...rest] = name.split("/");
  const project = [copyProject(folder), ...rest].join("/");
  const golden = fileURLToPath(
    new URL(`../../fixtures/index/${name.replace("/", "_")}.json.txt`, import.meta.url),
  );
  await expect(lines(await printed({ project, format: "json" }))).toMatchFileSnapshot(golden);
});
