import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { lay } from "../project/sandbox.ts";
import {
  asking,
  choose,
  lockOf,
  ownEnvironment,
  plan,
  QUESTION,
  SHOP,
  type Asking,
  type Result,
} from "./asking.ts";

ownEnvironment();

const CART = SHOP["lib/cart.ex"];

/** A project with a lock, and no server, key or model any more. */
async function locked(): Promise<Asking & { readonly made: Result }> {
  const asked = await asking("openai", [
    choose(["Shop.Cart.handle_call/3", "Takes it."], ["Shop.Cart.put/3", "Counts."]),
  ]);
  const made = await asked.run({ budget: "2" });
  asked.server.close();
  for (const name of ["PROVIDER", "MODEL", "ENDPOINT", "KEY"]) vi.stubEnv(`ESCOPE_AI_${name}`, undefined);
  return { ...asked, made };
}

describe("--frozen", () => {
  test("gives the same rule file from the lock alone, byte for byte", async () => {
    const { server, project, made } = await locked();
    const again = await plan(project, { frozen: true });
    expect([again.status, again.stdout, again.stderr]).toEqual([0, made.stdout, ""]);
    expect((await plan(project, { frozen: true, ai: QUESTION, budget: "2" })).stdout).toBe(made.stdout);
    const { choices, rules } = JSON.parse((await plan(project, { frozen: true, format: "json" })).stdout);
    expect([choices, rules]).toEqual([
      [
        { target: "Shop.Cart.handle_call/3", reason: "Takes it." },
        { target: "Shop.Cart.put/3", reason: "Counts." },
      ],
      made.stdout,
    ]);
    expect(server.asked).toHaveLength(1);
  });

  test.each([
    ["is gone", CART.replaceAll("put(", "put_in_cart("), "Shop.Cart.put/3 is no longer there"],
    [
      "has another head",
      CART.replace("{:add, sku, count}, _from", "{:add, sku, count, _by}, _from"),
      "Shop.Cart.handle_call/3 has changed",
    ],
    ["is a macro now", CART.replace("defp put(", "defmacrop put("), "Shop.Cart.put/3 is no longer there"],
    ["is in a module of another kind", CART.replace("use GenServer", ""), "Shop.Cart.put/3 has changed"],
  ])("fails where a function %s", async (_, text, problem) => {
    const { project } = await locked();
    lay(project, { "lib/cart.ex": text });
    const { status, error, stdout } = await plan(project, { frozen: true });
    expect([status, error?.code, stdout]).toEqual([2, "PLAN_LOCK_MISFIT", ""]);
    expect(error?.message).toContain(problem);
  });

  test("fits where bodies and lines change; other functions to choose from are told, and are strict's", async () => {
    const { project, made } = await locked();
    lay(project, { "lib/cart.ex": `# a line more\n${CART.replace("&(&1 + count)", "&(&1 + count + 0)")}` });
    expect(await plan(project, { frozen: true, strict: true })).toMatchObject({
      status: 0,
      stdout: made.stdout,
      stderr: "",
    });
    lay(project, { "lib/new.ex": "defmodule Shop.New do\n  def f, do: 1\nend\n" });
    const note =
      "escope.plan.lock fits, but the project has other functions to choose from than when it was made\n";
    expect(await plan(project, { frozen: true })).toMatchObject({
      status: 0,
      stdout: made.stdout,
      stderr: note,
    });
    expect((await plan(project, { frozen: true, strict: true })).status).toBe(1);
  });

  test("fails for another question, and for a smaller budget", async () => {
    const { project } = await locked();
    const other = await plan(project, { frozen: true, ai: "what of the money?" });
    expect([other.error?.code, other.error?.message]).toEqual([
      "PLAN_LOCK_MISFIT",
      expect.stringContaining(`it answers another question: "${QUESTION}"`),
    ]);
    expect((await plan(project, { frozen: true, budget: "1" })).error?.message).toContain(
      "holds 2 functions, and the budget is 1",
    );
  });

  test("without a lock, and with one that escope did not write", async () => {
    const { project } = await locked();
    const file = join(project, "escope.plan.lock");
    const good = lockOf(project);
    const evil = { ...good, choices: [{ ...good.choices[0], reason: "a\nrules: []\u001b[2J" }] };
    writeFileSync(file, JSON.stringify(evil));
    expect((await plan(project, { frozen: true })).stdout).toContain("        # a rules: [] [2J\n");
    for (const [text, problem] of [
      ["", "it is not JSON"],
      ["[]", "it is not a map of keys"],
      [JSON.stringify({ ...good, version: 2 }), "version is not what escope writes there"],
      [JSON.stringify({ ...good, choices: [] }), "choices is not"],
      [JSON.stringify({ ...good, choices: [{ module: "A" }] }), "choices is not"],
    ] as const) {
      writeFileSync(file, text);
      const { error } = await plan(project, { frozen: true });
      expect([error?.code, error?.message]).toEqual([
        "PLAN_LOCK_UNREADABLE",
        expect.stringContaining(problem),
      ]);
    }
    lay(project, { "escope.plan.lock": null });
    expect((await plan(project, { frozen: true })).error?.code).toBe("PLAN_LOCK_MISSING");
  });

  test("a lock that cannot be written, or is a folder, loses no choices", async () => {
    const { project, run } = await asking("openai", [choose(["Shop.Cart.put/3", "Counts."])]);
    mkdirSync(join(project, "escope.plan.lock"));
    const { status, error, stdout } = await run();
    expect([status, error?.code]).toEqual([2, "PLAN_LOCK_UNWRITABLE"]);
    expect(stdout).toContain('name: "put", arity: 3');
    expect(readdirSync(project).filter((name) => name.startsWith("escope.plan"))).toEqual([
      "escope.plan.lock",
    ]);
    expect((await plan(project, { frozen: true })).error?.code).toBe("PLAN_LOCK_UNREADABLE");
  });

  test("a question that fails leaves the lock of before", async () => {
    const { project, run } = await locked();
    const before = readFileSync(join(project, "escope.plan.lock"), "utf8");
    expect((await run()).error?.code).toBe("AI_UNSET");
    expect(readFileSync(join(project, "escope.plan.lock"), "utf8")).toBe(before);
  });
});

test.each([
  [{ frozen: true, aiPreview: true }, "--frozen and --ai-preview exclude each other"],
  [{ frozen: true, aiSources: true }, "--frozen and --ai-sources exclude each other"],
  [{ aiPreview: true }, '--ai-preview needs --ai "question"'],
  [{ aiSources: true }, '--ai-sources needs --ai "question"'],
  [{ ai: QUESTION, rules: ["a.yml"] }, "--ai and --rules exclude each other"],
])("options that cannot be meant: %j", async (options, message) => {
  expect((await plan(".", options)).error?.message).toBe(message);
});
