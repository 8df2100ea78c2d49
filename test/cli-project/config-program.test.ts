import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CLI } from "../e2e/support.ts";
import { newProject } from "../project/sandbox.ts";

/** As Node itself reads it: a test runner has a loader of its own. */
function plan(layout: Record<string, string>): { readonly root: string; readonly lines: readonly string[] } {
  const root = newProject({
    "mix.exs":
      'defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a, version: "0.1.0"]\nend\n',
    ...layout,
  });
  const { status, stderr } = spawnSync(process.execPath, [CLI, "plan", "."], { cwd: root, encoding: "utf8" });
  expect(status).toBe(2);
  return { root, lines: stderr.split("\n") };
}

test.each(["mjs", "cjs", "js"])("a .%s that does not parse is shown with its place", (extension) => {
  const name = `escope.config.${extension}`;
  const { root, lines } = plan({ [name]: "const config = {\n  out: 'a' 'b',\n};\n" });
  expect(lines.slice(0, 3)).toEqual([
    `${join(root, name)}:2:12: cannot read the configuration: Unexpected string [CONFIG_SYNTAX]`,
    "  |   out: 'a' 'b',",
    "  |            ^",
  ]);
});

test.each([
  ["cjs", "process.exit(0);\nmodule.exports = {};\n"],
  ["mjs", "await null;\nprocess.exit();\nexport default {};\n"],
])("a .%s that ends the process is an error, and no success", (extension, text) => {
  const name = `escope.config.${extension}`;
  const { root, lines } = plan({ [name]: text });
  const line = text.split("\n").findIndex((each) => each.includes("exit")) + 1;
  expect(lines[0]).toMatch(
    new RegExp(
      `^${join(root, name)}:${line}:\\d+: cannot read the configuration: it ends the process with process.exit`,
    ),
  );
  const run = spawnSync(process.execPath, [CLI, "run", ".", "--", "false"], { cwd: root, encoding: "utf8" });
  expect(run.status).toBe(2);
});

test("one that never answers is an error, not silence", () => {
  const { root, lines } = plan({ "escope.config.cjs": "module.exports = new Promise(() => {});\n" });
  expect(lines[0]).toBe(
    `${join(root, "escope.config.cjs")}: cannot read the configuration: it has not answered within 10 seconds [CONFIG_SYNTAX]`,
  );
}, 30_000);

test("one that ends the process later decides nothing, and that is said", () => {
  const root = newProject({
    "mix.exs":
      'defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a, version: "0.1.0"]\nend\n',
    "escope.config.cjs": "setTimeout(() => process.exit(0), 20);\nmodule.exports = {};\n",
  });
  const asked = ["run", ".", "--", "sh", "-c", "sleep 1; exit 3"];
  const run = spawnSync(process.execPath, [CLI, ...asked], { cwd: root, encoding: "utf8" });
  expect(run.status, run.stderr).toBe(3);
  expect(run.stderr).toContain("escope.config.cjs calls process.exit after it was read, which is ignored");
});

test("a broken package.json in the folder one stands in is shown with its place, also by index, doctor and init", () => {
  const { root, lines } = plan({ "package.json": '{"x"' });
  expect(lines[0]).toMatch(/package\.json:1:5: cannot read the configuration: .* \[CONFIG_SYNTAX\]$/);
  for (const [command, status] of [
    ["index", 2],
    ["init", 2],
    ["doctor", 1],
  ] as const) {
    const run = spawnSync(process.execPath, [CLI, command, "."], { cwd: root, encoding: "utf8" });
    expect([command, run.status]).toEqual([command, status]);
    expect(run.stdout + run.stderr).toContain("package.json:1:5: cannot read the configuration");
  }
});

test("a broken package.json in another folder that one stands in is nobody's business", () => {
  const { root } = plan({
    "escope.config.yaml": "nonsense: 1\n",
    "mine/package.json": '{"x"',
    "mine/.config/config.json": "{",
  });
  const { status, stderr } = spawnSync(process.execPath, [CLI, "plan", ".."], {
    cwd: join(root, "mine"),
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([2, expect.stringContaining("unknown key nonsense [CONFIG_UNKNOWN_KEY]")]);
});

test("one that imports what is not there says so", () => {
  const { root, lines } = plan({ "escope.config.mjs": 'import "./rules.mjs";\nexport default {};\n' });
  expect(lines[0]).toContain(
    `${join(root, "escope.config.mjs")}: cannot read the configuration: Cannot find module`,
  );
});

test("TypeScript is read, or refused by name; an error in it is shown", () => {
  const text = 'const out: string = "tree";\nexport default { out, ruls: [] };\n';
  const { lines } = plan({ "escope.config.ts": text, "package.json": '{ "type": "module" }' });
  const reads = Boolean((process.features as { typescript?: unknown }).typescript);
  expect(lines[0]).toMatch(
    reads ? /unknown key ruls \[CONFIG_UNKNOWN_KEY\]$/ : /cannot read TypeScript \[CONFIG_TYPESCRIPT\]$/,
  );
});
