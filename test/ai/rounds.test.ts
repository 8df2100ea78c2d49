import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planTree } from "../../src/instrument.ts";
import { asking, choose, KEY, lockOf, ownEnvironment, plan, PROVIDERS, QUESTION, SHOP } from "./asking.ts";
import type { Asked } from "./server.ts";

ownEnvironment();

const GOOD = choose(
  ["Shop.Cart.handle_call/3", "Takes what is added."],
  ["Shop.Cart.put/3", "Here the count changes."],
);

/** The results of tools in what was sent, in order. */
function results({ body }: Asked): string[] {
  return (body.messages as any[]).flatMap((message) => {
    if (message.role === "tool") return [message.content];
    if (!Array.isArray(message.content)) return [];
    return message.content
      .filter((each: any) => each.type === "tool_result")
      .map((each: any) => each.content);
  });
}

describe.each(PROVIDERS)("%s", (provider) => {
  test("asks the index in rounds, then chooses: a rule file and a lock", async () => {
    const { server, project, run } = await asking(provider, [
      {
        text: "Let me look.",
        calls: [
          ["search_modules", { text: "cart items" }],
          ["callers_of", { function: "Shop.Cart.put/3" }],
        ],
      },
      { calls: [["takers_of", { message: ":add" }]] },
      GOOD,
    ]);
    const { status, stdout, stderr } = await run({ budget: "50%" });
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining("3 rounds, 330 of 100000 tokens: 300 asked, 30 answered"),
    ]);
    expect(stderr).toContain("asking some-model at 127.0.0.1:");
    expect(stderr).toContain("  callers_of Shop.Cart.put/3\n");
    expect(stdout).toBe(`# ${QUESTION}
# Chosen by some-model (${provider}), which can be wrong: read the reasons. The choices stand in escope.plan.lock;
# escope plan PROJECT --frozen writes this file again from there.
rules:
  - id: "Shop.Cart"
    match:
      module: { name: "Shop.Cart" }
      any:
        # Takes what is added.
        - function: { name: "handle_call", arity: 3 }
        # Here the count changes.
        - function: { name: "put", arity: 3 }
`);
    expect(server.asked).toHaveLength(3);
    const [first, second, third] = server.asked as [Asked, Asked, Asked];
    expect(results(second)).toEqual([
      expect.stringContaining("Shop.Cart (gen_server"),
      "Shop.Cart.handle_call/3",
    ]);
    expect(results(third)[2]).toContain("{:add, _, _} by process from Shop.Cart.add/3");
    expect(third.body.messages.slice(0, first.body.messages.length)).toEqual(first.body.messages);
    expect(lockOf(project)).toMatchObject({
      question: QUESTION,
      provider,
      model: "some-model",
      budget: 3,
      sources: false,
    });
    writeFileSync(join(project, "chosen.yml"), stdout);
    const { plan: made } = await planTree({ project, rules: [join(project, "chosen.yml")], cache: false });
    expect(made.probes.map((each) => `${each.function}/${each.arity}#${each.clause}`)).toEqual([
      "handle_call/3#1",
      "handle_call/3#2",
      "put/3#1",
    ]);
    expect(made.unmatched).toEqual([]);
  });

  test.each([
    ["usual limits", "{}"],
    ["a small budget", "{ max_tokens: 10000 }"],
    ["a small context", "{ context: 6000 }"],
  ])("--ai-preview shows to the byte what is sent first, and sends nothing: %s", async (_, ai) => {
    const layout = { ...SHOP, "escope.config.yaml": `ai: ${ai}\n` };
    const { server, run } = await asking(provider, [GOOD], layout);
    const preview = await run({ aiPreview: true, format: "json" });
    const text = await run({ aiPreview: true });
    expect([preview.status, server.asked]).toEqual([0, []]);
    await run();
    const { url, body } = JSON.parse(preview.stdout);
    const [{ path, body: sent, headers }] = server.asked as [Asked];
    expect(sent).toEqual(body);
    expect(url.endsWith(path)).toBe(true);
    expect(JSON.stringify(headers)).toContain(KEY);
    expect(preview.stdout + preview.stderr + text.stdout).not.toContain(KEY);
    const user = provider === "anthropic" ? sent.messages[0].content : sent.messages[1].content;
    expect(text.stdout).toContain(user);
  });

  test("a name that is not in the index is sent back with the nearest, once", async () => {
    const { server, run } = await asking(provider, [
      choose(
        ["Shop.Cart.handle_cal/3", "x"],
        ["Shop.Cart.add/2", "Defaults."],
        ["Shop.Cart.sum/1", "A macro."],
      ),
      choose(
        ["Shop.Cart.handle_call/3", "Now right."],
        ["Shop.Cart.add/3", "Defaults."],
        ["Made.Up.name/0", "?"],
      ),
    ]);
    const { status, stdout, stderr } = await run({ budget: "5", strict: true });
    expect(status).toBe(1);
    const [said = ""] = results(server.asked[1] as Asked);
    expect(said).toContain(
      "- Shop.Cart.handle_cal/3: the index has no such function; the nearest is Shop.Cart.handle_call/3",
    );
    expect(said).toContain("- Shop.Cart.sum/1: it has no code that can be watched");
    expect(said).not.toContain("Shop.Cart.add");
    expect(stdout.match(/name: "(?!Shop)\w+", arity: \d/g)).toEqual([
      'name: "handle_call", arity: 3',
      'name: "add", arity: 3',
    ]);
    expect(stderr).toContain("left out: Made.Up.name/0: the index has no such function\n");
  });

  test("everything is too much: told once, then cut to the budget", async () => {
    const all = ["add/3", "items/1", "init/1", "handle_call/3", "put/3"].map(
      (each) => [`Shop.Cart.${each}`, "All."] as const,
    );
    const { server, run } = await asking(provider, [choose(...all), choose(...all)]);
    const { status, stdout, stderr } = await run({ budget: "2" });
    expect([status, server.asked.length]).toEqual([0, 2]);
    expect(results(server.asked[1] as Asked)).toEqual([
      expect.stringContaining("You chose 5 functions; at most 2"),
    ]);
    expect(stdout.match(/arity/g)).toHaveLength(2);
    expect(stderr).toContain("left out: 3 more than the 2 that the budget allows");
  });

  test("nothing, twice, is an error and leaves no lock", async () => {
    const { server, project, run } = await asking(provider, [choose(), choose()]);
    const { error, stderr } = await run();
    expect([error?.code, server.asked.length]).toEqual(["AI_NOTHING_CHOSEN", 2]);
    expect(stderr).toContain("2 rounds, 220 of");
    expect(() => lockOf(project)).toThrow("ENOENT");
  });

  test("an answer as text is one, where it holds what the tool would take", async () => {
    const { run } = await asking(provider, [
      { text: 'Here:\n```json\n{"choices": [{"target": "Shop.Cart.put/3", "reason": "Counts."}]}\n```' },
    ]);
    expect((await run()).stdout).toContain('# Counts.\n        - function: { name: "put", arity: 3 }');
  });

  test("a project without callbacks, and one without functions", async () => {
    const plain = { "lib/a.ex": "defmodule A do\n  def cart(x), do: x\nend\n" };
    const { run } = await asking(provider, [choose(["A.cart/1", "The only one."])], plain);
    expect((await run()).stdout).toContain('name: "cart", arity: 1');
    const none = await asking(provider, [GOOD], { "lib/a.ex": "defmodule A do\nend\n" });
    const { error } = await none.run();
    expect([error?.code, none.server.asked]).toEqual(["AI_NOTHING_OFFERED", []]);
  });
});

test("a project of any size fits: requests stay within the context, rounds within the budget", async () => {
  const modules = Array.from({ length: 600 }, (_, at) => {
    const calls = `def run_${at}(x), do: Big.M${(at * 7) % 600}.run_${(at * 7) % 600}(x)`;
    return `defmodule Big.M${at} do\n  ${calls}\n  def other(a, b), do: {a, b}\nend\n`;
  });
  const { server, project } = await asking(
    "openai",
    [
      {
        calls: Array.from({ length: 12 }, (_, at) => ["search_modules", { text: `run m${at}` }] as const),
        usage: [4_000, 200],
      },
    ],
    { "lib/big.ex": modules.join("\n"), "escope.config.yaml": "ai: { context: 8000, max_tokens: 20000 }\n" },
  );
  const { error, stderr } = await plan(project, { ai: "what does M77 run?" });
  expect(error?.code).toBe("AI_BUDGET");
  expect(stderr).toMatch(/[2-9] rounds, \d+ of 20000 tokens/);
  const spent = server.asked.length * 4_200;
  expect(spent).toBeLessThanOrEqual(20_000);
  expect(server.asked.length).toBeGreaterThan(1);
  for (const { body } of server.asked) {
    expect(JSON.stringify(body.messages).length / 3).toBeLessThan(8_000);
    expect(body.max_tokens).toBeGreaterThan(0);
  }
  expect(server.asked[0]?.body.messages[1].content).toContain("Big.M77 (plain)");
  expect(server.asked.at(-1)?.body.messages.at(-1).content).toContain("call choose now");
}, 30_000);
