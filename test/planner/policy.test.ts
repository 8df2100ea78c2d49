import { describe, expect, test } from "vitest";
import { compileRuleSet, loadRules } from "../../src/rules/index.ts";
import { planFor } from "../support/core.ts";

const SOURCE = `defmodule Shop.Bank do
  use GenServer
  def charge(%{id: id} = order, _amount, opts \\\\ []), do: {id, order, opts}
  def charge(:nobody, 0, _), do: nil
  def refund(order), do: {notify(order, 1), 1 + 2}
  def loop(n), do: loop(n - 1)
  def handle_info(msg, state), do: {:noreply, {msg, state}}
end`;

/** The plan of rules on `charge/3`, each given by what stands behind `do:`. */
function charged(...actions: readonly (string | undefined)[]): ReturnType<typeof planFor> {
  const rules = actions.map((action, at) => {
    const asked = action === undefined ? "" : `, do: ${action}`;
    return `  - { id: r${at}, match: { function: { name: charge } }${asked} }`;
  });
  return planFor(compileRuleSet("r.yml", `rules:\n${rules.join("\n")}\n`), SOURCE);
}

const policies = (...actions: readonly (string | undefined)[]): unknown[] =>
  charged(...actions).probes.map((probe) => probe.do);

describe("what one rule asks", () => {
  test.each([
    ["{ enter: false }", { enter: false }],
    ["{ leave: false }", { leave: false }],
    ["{ raise: false }", { raise: false }],
    ["{ enter: true, leave: true, raise: true, capture: { args: true, result: true } }", undefined],
    ["{ capture: { args: false } }", { capture: { args: false } }],
    ["{ capture: { args: [2, 0] } }", { capture: { args: [0, 2] } }],
    ["{ capture: { args: 1 } }", { capture: { args: [1] } }],
    ["{ capture: { result: false } }", { capture: { result: false } }],
    ["{ capture: { state: diff } }", undefined],
    ["{ capture: { state: full } }", { capture: { state: "full" } }],
    ["{ capture: { state: false } }", { capture: { state: false } }],
    ["{ capture: { render: true } }", undefined],
    ["{ capture: { render: false } }", { capture: { render: false } }],
    ["{ capture: { locals: [sum, id, order] } }", { capture: { locals: ["id", "order"] } }],
    ["{ redact: iban }", { redact: { keys: ["iban"] } }],
    ["{ redact: [iban, pin] }", { redact: { keys: ["iban", "pin"] } }],
    [
      "{ redact: { keys: a, paths: [user.email], patterns: ['[0-9]{4}'] } }",
      { redact: { keys: ["a"], paths: ["user.email"], patterns: ["[0-9]{4}"] } },
    ],
    [
      "{ limit: { depth: 1, items: 2, bytes: 3, total: 4, per_second: 5 } }",
      { limit: { depth: 1, items: 2, bytes: 3, total: 4, per_second: 5 } },
    ],
    ["{ sample: 0.5 }", { sample: 0.5 }],
    ["{ sample: 1 }", undefined],
    ["{ sample: 0 }", { sample: 0 }],
    ["{ when: 'hd(args) != :nobody' }", { when: "hd(args) != :nobody" }],
    ["{ tag: money }", { tag: ["money"] }],
    ["{ tag: [money, bank], mark: charged }", { tag: ["money", "bank"], mark: "charged" }],
  ])("%s", (action, expected) => {
    expect(policies(action)[0]).toEqual(expected);
  });

  test("names of arguments become places, clause by clause", () => {
    expect(policies("{ capture: { args: [amount, order] } }")).toEqual([
      { capture: { args: [0, 1] } },
      { capture: { args: false } },
    ]);
    const plan = charged("{ when: amount > 10 }");
    expect(plan.probes.map((probe) => probe.do)).toEqual([{ when: "amount > 10", names: { amount: 1 } }]);
    expect(plan.skipped.map(({ line, reason }) => [line, reason])).toEqual([
      [4, "the condition of the rule r0 names amount, which is no argument here"],
    ]);
  });

  test("of a name that a condition has wrong, the nearest is told", () => {
    expect(charged("{ when: amuont > 10 }").skipped.map(({ reason }) => reason)).toContain(
      "the condition of the rule r0 names amuont, which is no argument here (did you mean amount?)",
    );
  });

  test("an argument that nothing has is told", () => {
    expect(charged("{ capture: { args: [order, amonut, 3] } }").idle).toEqual([
      {
        file: "r.yml",
        line: 2,
        says: "nothing that the rule r0 selects has an argument amonut (did you mean amount?)",
      },
      { file: "r.yml", line: 2, says: "nothing that the rule r0 selects has an argument 3" },
    ]);
    expect(charged("{ capture: { locals: [id, nobody, pair] } }").idle.map(({ says }) => says)).toEqual([
      "nothing that the rule r0 selects has a variable nobody",
      "nothing that the rule r0 selects has a variable pair",
    ]);
    expect(charged("{ capture: { locals: [optss] } }").idle.map(({ says }) => says)).toEqual([
      "nothing that the rule r0 selects has a variable optss (did you mean opts?)",
    ]);
  });

  test("of a loop only entries are recorded: a rule that wants none leaves it alone", () => {
    const rules = compileRuleSet(
      "r.yml",
      "rules: [{ id: errors, match: { function: { name: loop } }, do: { enter: false } }]",
    );
    const plan = planFor(rules, SOURCE);
    expect(plan.probes).toEqual([]);
    expect(plan.skipped.map(({ reason }) => reason)).toEqual([
      "of a loop only entries are recorded, and the rule errors asks for none",
    ]);
  });

  test("an expression's value can be named in a condition; a call's arguments by args", () => {
    const plan = planFor(
      compileRuleSet(
        "r.yml",
        `rules:
  - { id: sum, match: { pattern: "$A + $B" }, do: { when: "value > 2", capture: { result: false } } }
  - { id: call, match: { call: notify/2 }, do: { when: "length(args) > 1", capture: { args: [1] } } }`,
      ),
      SOURCE,
    );
    expect(plan.probes.map(({ kind, do: policy }) => [kind, policy])).toEqual([
      ["call", { capture: { args: [1] }, when: "length(args) > 1" }],
      ["expr", { capture: { result: false }, when: "value > 2", names: { value: -1 } }],
    ]);
  });
});

test("the value of a call that ends a loop cannot be asked for", () => {
  const rules = "rules: [{ id: one, match: { pattern: 'loop($N)' }, do: { when: value == 0 } }]";
  const plan = planFor(compileRuleSet("r.yml", rules), SOURCE);
  expect([plan.probes, plan.skipped.map(({ reason }) => reason)]).toEqual([
    [],
    [
      "of a loop's last call only the beginning is recorded, and the condition of the rule one names its value",
    ],
  ]);
});

const asked = (pattern: string, args: string): unknown => {
  const match = `{ pattern: ${JSON.stringify(pattern)} }`;
  return compileRuleSet("r.yml", `rules: [{ id: one, match: ${match}, do: { capture: { args: ${args} } } }]`)
    .rules[0]?.action.args;
};

describe("what a pattern can have of arguments", () => {
  test.each([
    ["div($X, 10)", "[1]", [1]],
    ["$A + 1", "[0]", [0]],
    ["-$A", "false", false],
    ["$X |> div(10)", "[1]", [1]],
    ["$X |> $Y", "[4]", [4]],
    ["Repo.query($SQL, $$$_)", "[5]", [5]],
  ])("%s: %s", (pattern, args, expected) => expect(asked(pattern, args)).toEqual(expected));

  test.each([
    ["div($X, 10)", "[2]", "the place 2 means nothing for what the pattern finds"],
    ["$X |> div(10)", "[0, 2]", "the place 2 means nothing"],
    ["{:ok, $X}", "false", "capture.args means nothing for an expression"],
    ["$A <> $B", "[0]", "capture.args means nothing for an expression"],
    ["if $C, do: $X", "false", "capture.args means nothing for an expression"],
    ["div($X, 10)", "[x]", "the name x means nothing"],
  ])("%s: no %s", (pattern, args, problem) => expect(() => asked(pattern, args)).toThrow(problem));
});

describe("several rules on one target", () => {
  test.each([
    ["what one wants recorded is recorded", ["{ enter: false, leave: false }", undefined], undefined],
    [
      "values that one keeps are kept",
      ["{ capture: { args: false, result: false } }", "{ capture: { result: false } }"],
      { capture: { result: false } },
    ],
    [
      "whole states before changes",
      ["{ capture: { state: diff } }", "{ capture: { state: full } }", "{ capture: { state: false } }"],
      { capture: { state: "full" } },
    ],
    ["changes before nothing", ["{ capture: { state: false } }", "{ capture: { state: diff } }"], undefined],
    [
      "places are joined",
      ["{ capture: { args: [0] } }", "{ capture: { args: [2] } }"],
      { capture: { args: [0, 2] } },
    ],
    [
      "what one hides is hidden",
      ["{ redact: [a, b] }", "{ redact: { keys: [b, c], paths: x.y } }"],
      { redact: { keys: ["a", "b", "c"], paths: ["x.y"] } },
    ],
    [
      "the strictest limits hold",
      ["{ limit: { depth: 3, items: 9 } }", "{ limit: { depth: 5, bytes: 7 } }"],
      { limit: { depth: 3, items: 9, bytes: 7 } },
    ],
    ["the least share holds", ["{ sample: 0.5 }", "{ sample: 0.1 }", undefined], { sample: 0.1 }],
    [
      "one condition must hold",
      ["{ when: 'M.a(args)' }", '{ when: "M.b(args) # why" }'],
      {
        any: [
          { rule: "r0", when: "M.a(args)" },
          { rule: "r1", when: "M.b(args) # why" },
        ],
      },
    ],
    [
      "what a rule gives goes with its condition",
      ["{ when: 'M.a(args)', tag: big, mark: one }", "{ tag: all }", "{ mark: two }"],
      {
        any: [
          { rule: "r0", when: "M.a(args)", tag: ["big"], mark: "one" },
          { rule: "r1", tag: ["all"] },
          { rule: "r2", mark: "two" },
        ],
        tag: ["big", "all"],
        mark: "one",
      },
    ],
    [
      "the same condition counts once",
      ["{ when: 'M.a(args)' }", "{ when: 'M.a(args)' }"],
      { when: "M.a(args)" },
    ],
    ["one without a condition wants all", ["{ when: 'M.a(args)' }", undefined], undefined],
    ["tags are joined", ["{ tag: [a, b] }", "{ tag: b }"], { tag: ["a", "b"] }],
    ["the first name counts", ["{ mark: one }", "{ mark: two }"], { mark: "one" }],
  ])("%s", (_what, actions, expected) => {
    expect(policies(...actions)).toEqual([expected, expected]);
  });

  test.each([
    [["{ leave: false }", undefined], "leave: r0 wants no leave events, and r1 does: they are recorded"],
    [
      ["{ capture: { args: [0] } }", "{ tag: t }"],
      "capture.args: r0 leaves arguments out, and r1 keeps all: they are kept",
    ],
    [
      [undefined, "{ capture: { result: false } }"],
      "capture.result: r1 leaves the result out, and r0 keeps it: it is kept",
    ],
    [
      ["{ when: 'M.a(args)' }", undefined],
      "when: r0 has a condition, and r1 has none: all calls are recorded",
    ],
    [["{ mark: one }", "{ mark: two }"], "mark: r1 and r0 give different names: r0's counts"],
  ])("that contradict each other are both named: %j", (actions, expected) => {
    const [conflict, ...others] = charged(...actions).conflicts;
    expect(others).toEqual([]);
    expect(`${conflict?.key}: ${conflict?.says}`).toBe(expected);
    expect(conflict).toMatchObject({ probes: 2, first: { file: "a.ex", line: 3 } });
    expect(conflict?.rules.toSorted()).toEqual(["r0", "r1"]);
  });

  test("that agree are no conflict, and sampling and limits are none", () => {
    expect(
      charged("{ sample: 0.5, leave: false }", "{ limit: { depth: 1 }, leave: false }").conflicts,
    ).toEqual([]);
  });

  test("a condition that cannot be asked here leaves its rule out, not the others", () => {
    const plan = charged("{ when: amount > 1, tag: big }", "{ tag: all }");
    expect(plan.probes.map((probe) => [probe.rules, probe.do])).toEqual([
      [
        ["r0", "r1"],
        {
          any: [
            { rule: "r0", when: "amount > 1", names: { amount: 1 }, tag: ["big"] },
            { rule: "r1", tag: ["all"] },
          ],
          tag: ["big", "all"],
        },
      ],
      [["r1"], { tag: ["all"] }],
    ]);
    expect(plan.conflicts.map(({ says }) => says)).toContain(
      "the condition of the rule r0 names amount, which is no argument here: what r1 asks for is recorded",
    );
  });
});

test("the built-in sets ask for nothing that contradicts", () => {
  expect(planFor(loadRules(["builtin:default"]), SOURCE).conflicts).toEqual([]);
});
