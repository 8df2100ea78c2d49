import fs from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { EscopeError } from "../../src/errors.ts";
import { configSchema } from "../../src/project/config-keys.ts";
import { readConfig } from "../../src/project/index.ts";
import { lay, newProject } from "./sandbox.ts";

async function failure(root: string): Promise<EscopeError> {
  const error = await readConfig(root).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EscopeError);
  return error as EscopeError;
}

const written: Record<string, string> = {
  "escope.config.yaml": "rules: [r.yml]\nout: tree\ntest_files: true\n",
  "escope.config.yml": "rules:\n  - r.yml\nout: tree\ntest_files: true\n",
  "escope.config.json": '{\n\t"$schema": "x",\n\t"rules": ["r.yml"], "out": "tree", "test_files": true\n}\n',
  "escope.config.mjs": 'export default { rules: ["r.yml"], out: "tree", test_files: true };',
  "escope.config.cjs": 'module.exports = { rules: ["r.yml"], out: "tree", test_files: true };',
  "escope.config.js": 'module.exports = { rules: ["r.yml"], out: "tree", test_files: true };',
  "package.json": '{ "name": "x", "escope": { "rules": ["r.yml"], "out": "tree", "test_files": true } }',
};

describe("a configuration", () => {
  test.each(Object.entries(written))("in %s", async (name, text) => {
    expect(await readConfig(newProject({ [name]: text }))).toEqual({
      rules: ["r.yml"],
      out: "tree",
      test_files: true,
    });
  });

  test("is none where there is none, also when a folder above has one or package.json says nothing", async () => {
    const root = newProject({ "package.json": '{ "name": "x" }' });
    lay(join(root, ".."), {
      "escope.config.yaml": "out: above\n",
      "package.json": '{ "escope": { "out": "above" } }',
    });
    expect(await readConfig(root)).toBeNull();
  });

  test("may be partial; one that is empty or all comments is none", async () => {
    expect(await readConfig(newProject({ "escope.config.yaml": "out: t\n" }))).toEqual({ out: "t" });
    for (const text of ["", "# nothing yet\n"]) {
      const config = await readConfig(newProject({ "escope.config.yaml": text }));
      expect(config ?? {}).toEqual({});
    }
  });
});

describe("a mistake", () => {
  test.each([
    ["escope.config.yaml", "# c\nrules: []\n  \ntest_file: true\n", 4, 1],
    ["escope.config.json", '{\n  "rules": [],\n  "test_file": true\n}\n', 3, 3],
    ["package.json", '{\n  "escope": {\n    "test_file": true }\n}\n', 3, 5],
  ])(
    "in a key of %s is shown with its place and the name that was meant",
    async (name, text, line, column) => {
      const root = newProject({ [name]: text });
      const { code, details } = await failure(root);
      expect({ code, ...details }).toMatchObject({
        code: "CONFIG_UNKNOWN_KEY",
        file: join(root, name),
        line,
        column,
      });
      expect(details.hint).toBe("Did you mean test_files?");
      expect(details.frame).toBe(text.split("\n")[line - 1]);
    },
  );

  test("in a key below another, too", async () => {
    const root = newProject({ "escope.config.yaml": "out: a\nai:\n  modle: m\n" });
    const { code, details } = await failure(root);
    expect([code, details.line, details.column, details.hint]).toEqual([
      "CONFIG_UNKNOWN_KEY",
      3,
      3,
      "Did you mean model?",
    ]);
  });

  test("in a key like no other lists the known ones", async () => {
    const { details } = await failure(newProject({ "escope.config.yaml": "colour: blue\n" }));
    expect(details.hint).toBe("Known here: rules, out, test_files, max_probes, deps, ai.");
  });

  test.each([
    ["rules: r.yml\n", "rules must be a list of texts", 8],
    ["rules: [1]\n", "rules must be a list of texts", 8],
    ["out: ''\n", "out must be a text", 6],
    ["test_files: perhaps\n", "test_files must be true or false", 13],
    ["- out\n", "the configuration must be a map of keys", 1],
    ["ai: { provider: someone }\n", "ai.provider must be anthropic or openai", 17],
    ["ai: { endpoint: localhost }\n", "ai.endpoint must be a URL with http:// or https://", 17],
    ["ai: { timeout: soon }\n", "ai.timeout must be a whole number from 1", 16],
    ["ai: some-model\n", "ai must be a map of keys", 5],
  ])("in a value: %j", async (text, message, column) => {
    const error = await failure(newProject({ "escope.config.yaml": text }));
    expect([error.code, error.message, error.details.line, error.details.column]).toEqual([
      "CONFIG_TYPE",
      message,
      1,
      column,
    ]);
  });

  test.each([
    ["escope.config.yaml", "out: [a\nrules: b\n", 2],
    ["escope.config.yaml", "out: a\nout: b\n", 2],
    ["escope.config.json", '{\n  "out": "a",\n}\n', 3],
    ["escope.config.json", "{ out: 1 }", 1],
  ])("in the syntax of %s: %j", async (name, text, line) => {
    const error = await failure(newProject({ [name]: text }));
    expect([error.code, error.details.line]).toEqual(["CONFIG_SYNTAX", line]);
  });

  test("in a program is shown with its own words", async () => {
    const error = await failure(newProject({ "escope.config.mjs": 'throw new Error("from the program");' }));
    expect([error.code, error.message]).toEqual([
      "CONFIG_SYNTAX",
      expect.stringContaining("from the program"),
    ]);
  });
});

describe("a program", () => {
  test.each([
    ["escope.config.mjs", "export default {\n  out: tree(),\n};\n", 2, 8, "tree is not defined"],
    ["escope.config.cjs", "\nmodule.exports = null.x;\n", 2, 23, "null"],
  ])("that fails is shown with its place: %s %j", async (name, text, line, column, message) => {
    const { code, message: said, details } = await failure(newProject({ [name]: text }));
    expect(code).toBe("CONFIG_SYNTAX");
    expect(said).toContain(message);
    expect([details.line, details.column, details.frame]).toEqual([line, column, text.split("\n")[line - 1]]);
  });

  test("is read again when it has changed", async () => {
    for (const name of ["escope.config.mjs", "escope.config.cjs"]) {
      const said = name.endsWith("mjs") ? "export default" : "module.exports =";
      const root = newProject({ [name]: `${said} { out: "a" };` });
      expect(await readConfig(root)).toEqual({ out: "a" });
      fs.writeFileSync(join(root, name), `${said} { out: "b" };`);
      fs.utimesSync(join(root, name), new Date(), new Date(Date.now() + 5000));
      expect(await readConfig(root)).toEqual({ out: "b" });
    }
  });

  const typed = 'const out: string = "tree";\nexport default { out };\n';

  test.each(["ts", "mts"])(
    "in TypeScript (.%s) is read where Node can, else refused by name",
    async (extension) => {
      const name = `escope.config.${extension}`;
      const root = newProject({ [name]: typed, "package.json": '{ "type": "module" }' });
      if ((process.features as { typescript?: unknown }).typescript) {
        expect(await readConfig(root)).toEqual({ out: "tree" });
        return;
      }
      const { code, message, details } = await failure(root);
      expect([code, message, details.file]).toEqual([
        "CONFIG_TYPESCRIPT",
        `Node ${process.versions.node} cannot read TypeScript`,
        join(root, name),
      ]);
      expect(details.hint).toContain("22.18");
    },
  );
});

describe("a configuration that would be passed over in silence", () => {
  test("is refused: one of two", async () => {
    const root = newProject({ "escope.config.yaml": "out: a\n", "escope.config.json": '{ "out": "b" }' });
    const { code, message } = await failure(root);
    expect([code, message]).toEqual([
      "CONFIG_TWICE",
      "the project has more than one configuration: escope.config.json, escope.config.yaml",
    ]);
    const beside = newProject({
      "escope.config.yaml": "out: a\n",
      "package.json": '{ "escope": { "out": "b" } }',
    });
    expect((await failure(beside)).message).toContain("package.json, escope.config.yaml");
  });

  test("is refused: of a format that is not read", async () => {
    const root = newProject({ "escope.config.toml": 'out = "a"\n' });
    const { code, details } = await failure(root);
    expect([code, details.file]).toEqual(["CONFIG_FORMAT", join(root, "escope.config.toml")]);
    expect(details.hint).toContain(".yaml, .yml, .json, .js");
  });

  test.each(["escope.config", "escope.config.json5", ".escoperc", ".escoperc.yaml"])(
    "is refused: a name that is not read: %s",
    async (name) => {
      const root = newProject({ [name]: "out: a\n" });
      const { code, details } = await failure(root);
      expect([code, details.file]).toEqual(["CONFIG_FORMAT", join(root, name)]);
    },
  );

  test("is not the schema for editors, nor what an editor keeps of one", async () => {
    const beside = { "escope.config.schema.json": "{}", "escope.config.yaml~": "out: a\n" };
    expect(await readConfig(newProject(beside))).toBeNull();
  });

  test.each([
    ['export const rules = ["r.yml"], out = "a";\n', "only rules, out", "export default { rules, out }"],
    ["export default undefined;\n", "as default", "export default { … }"],
    ["export {};\n", "as default", "export default { … }"],
  ])("is refused: a program without a default export: %j", async (text, says, hint) => {
    const root = newProject({ "escope.config.mjs": text });
    const { code, message, details } = await failure(root);
    expect([code, details.file]).toEqual(["CONFIG_NO_DEFAULT", join(root, "escope.config.mjs")]);
    expect(message).toContain(says);
    expect(details.hint).toContain(hint);
  });

  test.each([
    [{ "escope.config.yaml/": "" }, "it is a folder"],
    [{ "escope.config.yaml": "-> nowhere" }, "it is a link to nowhere, where nothing is"],
  ])("is refused: what is no file: %j", async (layout, says) => {
    const root = newProject(layout);
    const { code, message, details } = await failure(root);
    expect([code, details.file]).toEqual(["CONFIG_UNREADABLE", join(root, "escope.config.yaml")]);
    expect(message).toBe(`the configuration cannot be read: ${says}`);
    expect(details.hint).not.toContain("Correct the file");
  });
});

test("the file for editors is made of the same table as type and check (UPDATE_GOLDEN=1 writes it)", () => {
  const file = resolve(import.meta.dirname, "../../escope.config.schema.json");
  const text = `${JSON.stringify(configSchema(), null, 2)}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") fs.writeFileSync(file, text);
  expect(text).toBe(fs.readFileSync(file, "utf8"));
});

test("the schema says the same as the check", async () => {
  const schema = JSON.parse(
    fs.readFileSync(resolve(import.meta.dirname, "../../escope.config.schema.json"), "utf8"),
  ) as object;
  const valid = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
  const samples = [
    {},
    { rules: [] },
    { rules: ["a"] },
    { rules: "a" },
    { rules: [1] },
    { rules: [""] },
    { out: "x" },
    { out: "" },
    { out: null },
  ];
  samples.push(
    { test_files: true } as never,
    { test_files: "yes" } as never,
    { tests: 1 } as never,
    { $schema: "s" } as never,
    { $schema: 1 } as never,
    { $schema: "" } as never,
    { deps: ["phoenix"] } as never,
    { deps: ["Phoenix"] } as never,
    { deps: [""] } as never,
    { deps: "phoenix" } as never,
    { ai: {} } as never,
    { ai: { provider: "openai", model: "m", endpoint: "http://localhost:1/v1", key_env: "A_KEY" } } as never,
    { ai: { key: "k", max_tokens: 1, context: 2, timeout: 3 } } as never,
    { ai: { provider: "someone" } } as never,
    { ai: { endpoint: "localhost" } } as never,
    { ai: { key_env: "A KEY" } } as never,
    { ai: { max_tokens: 0 } } as never,
    { ai: { modle: "m" } } as never,
    { ai: "m" } as never,
    { ai: null } as never,
    { ai: [] } as never,
    [] as never,
  );
  for (const sample of samples) {
    const root = newProject({ "escope.config.json": JSON.stringify(sample) });
    const checked = await readConfig(root).then(
      () => true,
      () => false,
    );
    expect(checked, JSON.stringify(sample)).toBe(valid(sample));
  }
});
