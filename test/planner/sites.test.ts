import { describe, expect, test } from "vitest";
import { buildIndex } from "../../src/parser/index.ts";
import type { Plan, PlannedProbe } from "../../src/planner/index.ts";
import { compileRules } from "../../src/rules/index.ts";
import { factsFor, planOf, probe } from "../support/core.ts";

const RULES = compileRules(
  "rules.yml",
  `rules:
  - { id: clauses, match: { function: { name: f } } }
  - { id: all, match: { call: M.* } }
  - { id: some, match: { call: g/1, function: { name: f } } }
  - { id: sums, match: { pattern: ["$A + $B", "$A + 1"] } }
  - { id: nothing, match: { call: M.none/0 } }`,
);

function probes(text: string): readonly PlannedProbe[] {
  return planOf(buildIndex([factsFor({ path: "a.ex", text }, RULES)]), RULES).probes;
}

const module = (body: string): string => `defmodule M do\n${body}\nend`;

const ids = (text: string): number[] =>
  probes(text)
    .filter(({ target }) => target === "M.g/1")
    .map(({ id }) => id);

describe("a probe in a clause", () => {
  test("names the clause around it, the line of its own, and what it calls or has the form of", () => {
    const text = module(
      "def f(0), do: 0\ndef f(x) do\n  y =\n    x\n    |> g()\n  y + 1\nend\ndef g(x), do: x",
    );
    const found = probes(text).map(({ kind, target, function: name, arity, clause, line, rules }) => ({
      place: `${name}/${arity}#${clause}:${line}`,
      what: `${kind} ${target}`,
      rules,
    }));
    expect(found).toEqual([
      { place: "f/1#1:2", what: "clause undefined", rules: ["clauses"] },
      { place: "f/1#2:3", what: "clause undefined", rules: ["clauses"] },
      { place: "f/1#2:6", what: "call M.g/1", rules: ["all", "some"] },
      { place: "f/1#2:7", what: "expr $A + $B", rules: ["sums"] },
    ]);
  });

  test("keeps its id while code around it, and other calls, come and go", () => {
    const before = ids(module("def f(x), do: {g(x), g(1)}\ndef g(x), do: x"));
    const after = ids(
      module(
        "# more\ndef a, do: a()\ndef f(x) do\n  {h(g(x)), x + 1, g(2)}\nend\ndef g(x), do: x\ndef h(x), do: x",
      ),
    );
    expect(before).toHaveLength(2);
    expect(new Set(before).size).toBe(2);
    expect(after).toEqual(before);
  });

  test("is left alone where its clause is, for the same reason", () => {
    const body =
      "def f(x) do\n case x do\n  1 ->\n   a()\n   g(x)\n  order -> g(order)\n end\nend\ndef g(x), do: x";
    const plan = planOf(buildIndex([factsFor({ path: "a.ex", text: module(body) }, RULES)]), RULES);
    expect(plan.probes).toEqual([]);
    expect(plan.skipped.map(({ line, target }) => `${line} ${target}`)).toEqual(["2 undefined", "7 M.g/1"]);
    expect(new Set(plan.skipped.map(({ reason }) => reason)).size).toBe(1);
  });

  test("a rule that finds no call is told", () => {
    const plan = planOf(
      buildIndex([
        factsFor({ path: "a.ex", text: module("def f(x), do: g(x) + 1\ndef g(x), do: x") }, RULES),
      ]),
      RULES,
    );
    expect(plan.unmatched).toEqual(["nothing"]);
  });
});

const site = (code: string): string => `Escope.expr(N, (Escope.call(N, (${code}))))`;

test("probes on one piece of code stand in each other: the clause's, the expression's, the call's", () => {
  const rules = compileRules(
    "rules.yml",
    "rules: [{ id: a, match: { function: { name: f } } }, { id: b, match: { call: g/1 } }, { id: c, match: { pattern: g($X) } }]",
  );
  const { text } = probe({ path: "a.ex", text: module("def f(x), do: g(g(x))\ndef g(x), do: x") }, rules);
  expect(text.replaceAll(/\d+/g, "N").split("\n")).toEqual([
    "defmodule M do require Escope;",
    `Escope.probe(N, (def f(x), do: ${site(`g(${site("g(x)")})`)}))`,
    "def g(x), do: x",
    "end",
  ]);
});

function planned(text: string, match: string): Plan {
  const rules = compileRules("r.yml", `rules:\n  - { id: r, match: { ${match} } }`);
  return planOf(buildIndex([factsFor({ path: "a.ex", text }, rules)]), rules);
}

describe("what no probe may stand in for", () => {
  test("the generator of a `for` over bits is no expression; what it reads from is code", () => {
    const text = module('def f(x), do: for(<<"ab", c <- <<x>> >>, do: <<c>>)');
    const { probes: found, skipped } = planned(text, 'pattern: ["<<$$$A>>", "\\"ab\\""]');
    expect(found.map(({ site: { span } }) => text.slice(span.start, span.end))).toEqual(["<<x>>", "<<c>>"]);
    expect(skipped).toEqual([]);
  });

  test("LiveView's macros that start a task see the function that they are given; what is in it is code", () => {
    const text = module("use Phoenix.LiveView\ndef f(s), do: assign_async(s, :a, fn -> [M.g(1)] end)");
    const { probes: found, skipped } = planned(text, 'pattern: ["fn $$$A -> $$$B end", "M.g($X)"]');
    expect(found.map(({ target }) => target)).toEqual(["M.g($X)"]);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "the macro around it looks at the function that is written out there",
    ]);
  });

  test("a function that is called where it is written becomes part of what is around it; what is in it is code", () => {
    const called =
      "def f(x), do: {then(x, fn _ -> M.g(1) end), x |> then(&M.g/1), x |> Kernel.then(fn y -> y end), (fn y -> y end).(x), (&M.g(&1)).(x)}";
    const { probes: found, skipped } = planned(
      module(called),
      'pattern: ["fn $$$A -> $$$B end", "&$X", "M.g(1)"]',
    );
    expect(found.map(({ target }) => target)).toEqual(["M.g(1)"]);
    expect(new Set(skipped.map(({ reason }) => reason))).toEqual(
      new Set(["it is called where it is written, and its body becomes part of the function around it"]),
    );
    expect(skipped).toHaveLength(5);
    const other =
      "def f(x), do: {Enum.map(x, fn y -> y end), then(fn -> x end, & &1), h.(fn -> x end), (fn -> x end).a}";
    expect(planned(module(other), 'pattern: "fn $$$A -> $$$B end"').probes).toHaveLength(4);
  });

  test("an empty collection into which `for` collects is no value", () => {
    const text = module(
      "def f(x), do: {for(y <- x, into: %{}, do: y), for(<<y <- x>>, into: <<>>, do: y), for(y <- x, into: %{a: 1}, do: y), Keyword.new(into: %{})}",
    );
    const { probes: found, skipped } = planned(text, 'pattern: ["%{$$$A}", "<<>>"]');
    expect(found.map(({ site: { span } }) => text.slice(span.start, span.end))).toEqual(["%{a: 1}", "%{}"]);
    expect(skipped.map(({ target }) => target)).toEqual(["%{$$$A}", "<<>>"]);
  });

  test("what stands in a call whose name is computed may be read as syntax", () => {
    const text = module(
      "use Phoenix.LiveView\nfor n <- [:a] do\ndef f(s), do: unquote(n)(s, fn -> M.g(1) end)\nend",
    );
    const { probes: found, skipped } = planned(text, 'call: "M.g/1"');
    expect([found.length, skipped.length]).toEqual([0, 1]);
    expect(skipped[0]?.reason).toContain("may be a macro that reads its argument as syntax");
  });

  test("native code is loaded into the module that calls", () => {
    const text = module('def load, do: :erlang.load_nif(~c"x", 0)\ndef other, do: :erlang.node()');
    const { probes: found, skipped } = planned(text, 'call: ":erlang.*"');
    expect(found.map(({ target }) => target)).toEqual([":erlang.node/0"]);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "it loads native code into the module that calls it, and a probe would call it in its stead",
    ]);
  });
});
