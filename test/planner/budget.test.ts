import { expect, test } from "vitest";
import { compileRuleSet } from "../../src/rules/index.ts";
import { planProject } from "../../src/planner/index.ts";
import { indexOf } from "../support/core.ts";

const SHOP = `defmodule Shop.Bank do
  def charge(a), do: a
  def refund(a), do: a
end
defmodule Shop.Cart do
  def add(a), do: a
end`;

const rulesOf = (text: string) => compileRuleSet("r.yml", `rules:\n${text}`);

test("a rule that asks for more than its budget stops the plan, and names the place and the modules", () => {
  const rules = rulesOf("  - id: all\n    match: { function: { name: '*' } }\n    max_probes: 2\n");
  expect(() => planProject(indexOf(SHOP), rules)).toThrow(
    expect.objectContaining({
      code: "RULE_OVER_BUDGET",
      message: "the rule all asks for 3 probes, and its max_probes is 2: Shop.Bank (2), Shop.Cart (1)",
      details: expect.objectContaining({ file: "r.yml", line: 4, column: 17 }),
    }),
  );
});

test("a rule within its budget, beside one without, is planned", () => {
  const rules = rulesOf(
    "  - { id: bank, match: { module: { name: Shop.Bank } }, max_probes: 2 }\n  - { id: all, match: { module: { name: 'Shop.*' } } }\n",
  );
  expect(planProject(indexOf(SHOP), rules).probes).toHaveLength(3);
});

test("all rules together have the budget of the configuration", () => {
  const rules = rulesOf("  - { id: all, match: { module: { name: 'Shop.*' } } }\n");
  expect(planProject(indexOf(SHOP), rules, { maxProbes: 3 }).probes).toHaveLength(3);
  expect(() => planProject(indexOf(SHOP), rules, { maxProbes: 2 })).toThrow(
    "the rules ask for 3 probes, and max_probes of the configuration allows 2: Shop.Bank (2), Shop.Cart (1)",
  );
});
