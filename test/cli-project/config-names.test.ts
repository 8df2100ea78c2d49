import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runPlan } from "../../src/cli/plan.ts";
import { runRulesList } from "../../src/cli/rules/list.ts";
import { indexProject } from "../../src/indexing.ts";
import { planTree } from "../../src/instrument.ts";
import { captureIo } from "../cli-rules/support.ts";
import { newProject } from "../project/sandbox.ts";

const MIX = `defmodule A.MixProject do
  use Mix.Project
  def project, do: [app: :a, version: "0.1.0"]
end
`;
const LIB = "defmodule A do\n  use GenServer\n  def init(n), do: {:ok, n}\nend\n";

function project(config: string, name = "escope.config.yaml"): string {
  return newProject({ "mix.exs": MIX, "lib/a.ex": LIB, [name]: config });
}

describe("what the configuration names and is not there is shown with its place", () => {
  test.each([
    ["rules:\n  - builtin:default\n  - builtin:defualt\n", "RULES_UNKNOWN_BUILTIN", 3, 5, "builtin:default?"],
    ["rules: [builtin:default, nope.yml]\n", "RULES_UNREADABLE", 1, 26, "Check the path"],
    ["# c\ndeps: [nosuch]\n", "DEPENDENCY_NOT_FOUND", 2, 8, "mix deps.get"],
  ])("%j", async (config, code, line, column, hint) => {
    const root = project(config);
    const file = join(root, "escope.config.yaml");
    const wrong = { code, details: { file, line, column, frame: config.split("\n")[line - 1] } };
    const asked = planTree({ project: root, rules: [] });
    await expect(asked).rejects.toMatchObject(wrong);
    await expect(asked).rejects.toMatchObject({ details: { hint: expect.stringContaining(hint) } });
    const other =
      code === "DEPENDENCY_NOT_FOUND"
        ? indexProject(root)
        : runRulesList({ project: root, rules: [], format: "text" }, captureIo());
    await expect(other).rejects.toMatchObject(wrong);
  });

  test("in package.json and in a program, too", async () => {
    const json = project('{\n  "escope": { "rules": ["nope.yml"] }\n}\n', "package.json");
    await expect(planTree({ project: json, rules: [] })).rejects.toMatchObject({
      details: { file: join(json, "package.json"), line: 2, column: 25 },
    });
    const program = project('export default { deps: ["nosuch"] };\n', "escope.config.mjs");
    await expect(planTree({ project: program, rules: [] })).rejects.toMatchObject({
      code: "DEPENDENCY_NOT_FOUND",
      details: { file: join(program, "escope.config.mjs") },
    });
  });

  test("what is wrong in a rule file itself stays where it is, and so does what the command line names", async () => {
    const root = newProject({
      "mix.exs": MIX,
      "escope.config.yaml": "rules: [r.yml]\n",
      "r.yml": "extends: [none.yml]\nrules: []\n",
    });
    await expect(planTree({ project: root, rules: [] })).rejects.toMatchObject({
      details: { file: join(root, "r.yml"), line: 1 },
    });
    await expect(planTree({ project: root, rules: ["x.yml"] })).rejects.toMatchObject({
      details: { file: "x.yml" },
    });
  });
});

describe("what the configuration says without effect", () => {
  const config = "out: tree\nrules: []\ndeps:\n  - a\n";

  test("is told, also where somebody is strict about it", async () => {
    const io = captureIo();
    const root = project(config);
    expect(await runPlan({ project: root, rules: [], strict: true, format: "text" }, io)).toBe(1);
    expect(io.out()).toContain(`without effect:
  escope.config.yaml:2 rules lists none: builtin:default is what holds then
  escope.config.yaml:4 a is the project's own application: it is instrumented anyway
`);
    expect(io.out()).toContain("a: 1 probe in 1 file");
  });

  test("is told of rules only where they would hold", async () => {
    const { plan } = await planTree({ project: project(config), rules: ["builtin:everything"] });
    expect(plan.idle.map(({ line }) => line)).toEqual([4]);
  });
});
