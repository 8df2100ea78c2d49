import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runRulesCheck } from "../../src/cli/rules/check.ts";
import { runRulesList } from "../../src/cli/rules/list.ts";
import { runRulesNew } from "../../src/cli/rules/new.ts";
import { runRulesTest } from "../../src/cli/rules/test.ts";
import { planTree } from "../../src/instrument.ts";
import { builtinNames } from "../../src/rules/index.ts";
import { captureIo, folderWith } from "./support.ts";

const MIX =
  'defmodule P.MixProject do\n  use Mix.Project\n  def project, do: [app: :p, version: "0.1.0"]\nend\n';
const SHOP = fileURLToPath(new URL("../../fixtures/projects/otp_shop", import.meta.url));

describe("escope rules new", () => {
  test("writes a file that passes its check and its tests, and where editors find the schema", async () => {
    const root = folderWith({ "mix.exs": MIX, "lib/p.ex": "" });
    const io = captureIo();
    expect(runRulesNew({ name: "events", cwd: join(root, "lib") }, io)).toBe(0);
    const file = join(root, "escope/events.yml");
    expect(io.out()).toBe("../escope/events.yml\n");
    expect(await runRulesCheck({ files: [file], format: "text" }, captureIo())).toBe(0);
    expect(await runRulesTest({ files: [file], update: false, format: "text" }, captureIo())).toBe(0);
    const [, schema = ""] = /^# yaml-language-server: \$schema=(.*)$/m.exec(readFileSync(file, "utf8")) ?? [];
    expect(schema.startsWith("/")).toBe(false);
    expect(JSON.parse(readFileSync(join(dirname(file), schema), "utf8")).title).toBe("escope rules");
    expect(readFileSync(join(root, ".escope/.gitignore"), "utf8")).toBe("*\n");
  });

  test.each([
    [
      "with LiveView",
      MIX.replace("[app", "[deps: [{:phoenix_live_view, []}], app"),
      "Phoenix.LiveView, name: handle_event",
    ],
    ["without", MIX, "GenServer, name: handle_call"],
  ])("begins with what the project has: %s", async (_name, mix, selects) => {
    const root = folderWith({ "mix.exs": mix });
    expect(runRulesNew({ name: "my rules", cwd: root }, captureIo())).toBe(0);
    const file = join(root, "escope/my rules.yml");
    expect(readFileSync(file, "utf8")).toContain(`callback_of: ${selects} }`);
    expect(readFileSync(file, "utf8")).toContain("- id: my-rules\n");
    expect(await runRulesTest({ files: [file], update: false, format: "text" }, captureIo())).toBe(0);
  });

  test("never writes over a file", () => {
    const root = folderWith({ "mix.exs": MIX, "escope/events.yml": "mine" });
    expect(() => runRulesNew({ name: "events", cwd: root }, captureIo())).toThrow("not written over");
    expect(readFileSync(join(root, "escope/events.yml"), "utf8")).toBe("mine");
  });

  test.each([
    ["money.yml", "money.yml"],
    ["rules/money", "rules/money.yml"],
    ["money", "escope/money.yml"],
  ])("%s is %s", (name, file) => {
    const root = folderWith({ "mix.exs": MIX });
    runRulesNew({ name, cwd: root }, captureIo());
    expect(readFileSync(join(root, file), "utf8")).toContain("- id: money\n");
  });

  test("a name with blanks is quoted where it is to be copied", () => {
    const io = captureIo();
    runRulesNew({ name: "a b", cwd: folderWith({ "mix.exs": MIX }) }, io);
    expect(io.err()).toBe(
      "try it: escope rules test 'escope/a b.yml'\nsee what it selects: escope plan . --rules 'escope/a b.yml'\n",
    );
  });

  test("no path of the machine stands in it", () => {
    const root = folderWith({ "mix.exs": MIX });
    runRulesNew({ name: "a", cwd: root }, captureIo());
    expect(readFileSync(join(root, "escope/a.yml"), "utf8")).not.toContain(root);
  });
});

interface Listed {
  readonly file: string;
  readonly description: string | null;
  readonly extends: readonly string[];
  readonly probes?: number;
  readonly rules: readonly { readonly id: string; readonly probes?: number; readonly skipped?: number }[];
}

async function list(project: string | undefined, rules: readonly string[] = []): Promise<Listed[]> {
  const io = captureIo();
  expect(await runRulesList({ project, rules, format: "json" }, io)).toBe(0);
  return JSON.parse(io.out()) as Listed[];
}

describe("escope rules list", () => {
  test("names all sets that come with escope, with what they are for", async () => {
    const listed = await list(undefined);
    expect(listed.map(({ file }) => file)).toEqual(builtinNames().map((name) => `builtin:${name}`));
    for (const { description, probes } of listed)
      expect([description, probes]).toEqual([expect.stringMatching(/\.$/), undefined]);
    expect(listed.find(({ file }) => file === "builtin:phoenix")?.extends).toContain("builtin:live_view");
  });

  test("with a project, counts what each selects, as the plan does", async () => {
    const listed = await list(SHOP);
    for (const name of ["default", "messages", "everything", "errors", "phoenix"]) {
      const { plan } = await planTree({ project: SHOP, rules: [`builtin:${name}`] });
      const set = listed.find(({ file }) => file === `builtin:${name}`);
      expect(set?.probes, name).toBe(plan.probes.length);
      for (const { id, probes, skipped } of set?.rules ?? []) {
        expect(probes, id).toBe(plan.probes.filter(({ rules }) => rules.includes(id)).length);
        expect(skipped, id).toBe(plan.skipped.filter(({ rules }) => rules?.includes(id)).length);
      }
    }
  });

  test("the project's own come first, those that match nothing with 0, what they exclude left out", async () => {
    const root = folderWith({
      "mix.exs": MIX,
      "lib/p.ex": "defmodule P do\n  def a, do: 1\n  def b, do: 2\nend\n",
      "escope.config.yaml": "rules: [builtin:default, escope/mine.yml]\n",
      "escope/mine.yml":
        "description: Mine.\nexclude: { function: { name: b } }\nrules: [{ id: all, match: { path: 'lib/**' } }, { id: none, match: { path: x.ex } }]\n",
    });
    const [own, next] = await list(root);
    expect(own).toEqual({
      file: join(root, "escope/mine.yml"),
      description: "Mine.",
      extends: [],
      probes: 1,
      skipped: 0,
      rules: [
        { id: "all", description: null, probes: 1, skipped: 0 },
        { id: "none", description: null, probes: 0, skipped: 0 },
      ],
    });
    expect(next?.file).toBe("builtin:agent_task");
    expect(existsSync(join(root, "_escope"))).toBe(false);
  });

  test("as text", async () => {
    const io = captureIo();
    await runRulesList({ project: SHOP, rules: [], format: "text" }, io);
    expect(io.out()).toMatch(
      /^builtin:gen_server +64 {2}The callbacks of GenServers\.\n {2}genserver-callbacks +64 {2}init, /m,
    );
  });
});
