import { expect, test } from "vitest";
import { renderPolicies } from "../../src/emit/index.ts";
import { tracedTargets } from "../../src/explain/index.ts";
import { compileRuleSet } from "../../src/rules/index.ts";
import { planFor } from "../support/core.ts";

const RULES = `rules:
  - id: carts
    match: { function: { name: add } }
  - id: pool
    trace: [DBConnection.Holder.checkout/3, ":gen_tcp.connect", "Phoenix.PubSub.**.broadcast*/2"]
    do: { capture: { args: [1], result: false }, limit: { per_second: 20 } }
  - id: sockets
    trace: :gen_tcp.connect
    do: { limit: { per_second: 5 }, tag: net }
  - id: servers
    trace: { module: [Elixir.Registry.Partition, "Phoenix.*"], callback_of: GenServer, name: ["handle_*", init], arity: 2 }
  - { id: entries, trace: Agent.get/2, do: { leave: false, raise: false, redact: [pin] } }
`;

const SOURCE = "defmodule Shop do\n  def add(x), do: x\nend\n";

const plan = planFor(compileRuleSet("r.yml", RULES), SOURCE);

test("each target is one entry of the plan, and a probe of the project's own stays what it is", () => {
  expect(plan.probes.map(({ function: name }) => name)).toEqual(["add"]);
  expect(plan.unmatched).toEqual([]);
  const shown = plan.traced.map(
    ({ module, function: name, arity, callback }) => `${module} ${name} ${arity} ${callback ?? "-"}`,
  );
  expect(shown).toEqual([
    "DBConnection.Holder checkout 3 -",
    ":gen_tcp connect null -",
    "Phoenix.PubSub.** broadcast* 2 -",
    "Registry.Partition handle_* 2 GenServer",
    "Registry.Partition init 2 GenServer",
    "Phoenix.* handle_* 2 GenServer",
    "Phoenix.* init 2 GenServer",
    "Agent get 2 -",
  ]);
  expect(new Set([...plan.traced, ...plan.probes].map(({ id }) => id)).size).toBe(9);
});

test("rules with the same target are merged as those of a probe are", () => {
  const [first, connect] = plan.traced;
  expect(first).toMatchObject({
    kind: "trace",
    mode: "full",
    rules: ["pool"],
    do: { limit: { per_second: 20 } },
  });
  expect(connect).toMatchObject({
    rules: ["pool", "sockets"],
    do: { limit: { per_second: 5 }, tag: ["net"] },
  });
  expect(plan.traced.at(-1)).toMatchObject({ mode: "enter", do: { redact: { keys: ["pin"] } } });
});

test("the same target has the same id in every plan", () => {
  const alone = planFor(compileRuleSet("o.yml", "rules:\n  - { id: x, trace: Agent.get/2 }\n"), SOURCE);
  expect(alone.traced[0]?.id).toBe(plan.traced.at(-1)?.id);
});

test("the runtime is told atoms where a name is meant, and anchored expressions elsewhere", () => {
  const lines = renderPolicies([], plan.traced.slice(1, 4)).split("\n");
  const [connect, broadcast, partition] = plan.traced.slice(1, 4).map(({ id }) => id);
  expect(lines.filter((line) => line.startsWith("{trace"))).toEqual([
    `{trace, ${connect}, 'gen_tcp', 'connect', any, any}.`,
    String.raw`{trace, ${broadcast}, <<"^Phoenix\\.PubSub\\..*$"/utf8>>, <<"^broadcast.*$"/utf8>>, 2, any}.`,
    `{trace, ${partition}, 'Elixir.Registry.Partition', <<"^handle_.*$"/utf8>>, 2, 'Elixir.GenServer'}.`,
  ]);
  expect(lines).toContain(`{rule, <<"sockets"/utf8>>, [${connect}]}.`);
});

test("a rule of an extended file is replaced, changed or left out by its id", () => {
  const yaml = "extends: builtin:default\nrules:\n  - { id: genserver-callbacks, trace: Agent.get/2 }\n";
  const extended = compileRuleSet("e.yml", yaml);
  expect(extended.rules.map(({ id }) => id)).not.toContain("genserver-callbacks");
  expect(extended.traced?.map(({ id }) => id)).toEqual(["genserver-callbacks"]);
});

test.each([
  ["Phoenix.PubSub.PG2.broadcast/2", ["pool"]],
  ["Phoenix.PubSub.PG2.broadcast/3", []],
  ["Elixir.DBConnection.Holder.checkout", ["pool"]],
  [":gen_tcp.connect/4", ["pool", "sockets"]],
  ["lib/shop.ex:2", []],
])("explain knows of %s", (target, rules) => {
  expect(tracedTargets(plan, target).flatMap((one) => one.rules)).toEqual(rules);
});
