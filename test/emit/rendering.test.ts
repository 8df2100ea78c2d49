import { expect, test } from "vitest";
import { FactsReader } from "../../src/facts.ts";
import { renderSource } from "../../src/instrument.ts";
import { buildIndex, elixirParser } from "../../src/parser/index.ts";
import { planProject } from "../../src/planner/index.ts";
import { loadRules } from "../../src/rules/index.ts";

const TEXT = `defmodule Shop do
  def add(x) do
    x + 1
  end
end
`;

test("what would not parse with its probes is not rendered, wherever the fault lies", async () => {
  const parser = await elixirParser();
  const rules = loadRules(["builtin:everything"]);
  const reader = new FactsReader(parser, rules, undefined);
  const source = { path: "lib/shop.ex", text: TEXT };
  const { probes } = planProject(buildIndex([reader.read(source)]), rules);
  expect(renderSource(source, probes, false, reader)).toContain("Escope.probe ");
  const wrong = probes.map(({ site, ...probe }) => {
    const span = { start: site.span.start, end: site.span.end - "end".length };
    return Object.assign(probe, { site: { ...site, form: "wrap" as const, span } });
  });
  expect(renderSource(source, wrong, false, reader)).toBeUndefined();
});
