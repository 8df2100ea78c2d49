import { describe, expect, test } from "vitest";
import { compileRuleSet } from "../../src/rules/index.ts";
import { nameOf, planFor } from "../support/core.ts";

const RULES = compileRuleSet(
  "r.yml",
  `rules:
  - { id: all, match: { function: { name: "*" }, module: { name: M } } }
  - { id: some, match: { function: { name: f } } }
  - { id: calls, match: { call: "Repo.*" } }`,
);

interface Read {
  readonly probes: string[];
  readonly idle: string[];
}

/** Which rules choose what in the module of these lines, and what is said of comments without effect. */
function read(body: string, rules = RULES): Read {
  const plan = planFor(rules, `defmodule M do\n${body}\nend\n`);
  const probes = plan.probes.map((probe) => `${probe.target ?? nameOf(probe)}: ${probe.rules.join(", ")}`);
  return { probes, idle: plan.idle.map(({ line, says }) => `${line} ${says}`) };
}

describe("escope:ignore", () => {
  test.each([
    ["on the line before", "# escope:ignore hot\ndef f(x), do: x"],
    ["at the end of the line", "def f(x) do # escope:ignore hot\nx\nend"],
    ["above the attributes", '# escope:ignore hot\n@doc "x"\n@spec f(integer) :: integer\ndef f(x), do: x'],
    ["between them", '@doc "x"\n# escope:ignore hot\n@spec f(integer) :: integer\ndef f(x), do: x'],
    [
      "above attributes of the project's own",
      "# escope:ignore hot\n@limit 1\n@decorate cached()\ndef f(x), do: x",
    ],
    ["above one that Elixir knows, with lines between", "# escope:ignore hot\n@doc false\n\ndef f(x), do: x"],
    ["followed by other comments", "  # escope:ignore hot\n  # and more\ndef f(x), do: x"],
    ["without a reason", "#escope:ignore\ndef f(x), do: x"],
    ["naming the rules", "# escope:ignore[all, some] hot\ndef f(x), do: x"],
    ["naming one each", "# escope:ignore[all] hot\n# escope:ignore[some] hot\ndef f(x), do: x"],
  ])("leaves a clause alone: %s", (_where, body) => {
    expect(read(`${body}\ndef g, do: 1`)).toEqual({ probes: ["M.g/0#1: all"], idle: [] });
  });

  test("one clause of several", () => {
    expect(read("def f(1), do: 1\n# escope:ignore\ndef f(2), do: 2\ndef f(x), do: x").probes).toEqual([
      "M.f/1#1: all, some",
      "M.f/1#3: all, some",
    ]);
  });

  test("for one rule of several", () => {
    expect(read("# escope:ignore[some] hot\ndef f(x), do: x")).toEqual({
      probes: ["M.f/1#1: all"],
      idle: [],
    });
  });

  test("of a clause also what stands in it", () => {
    expect(read("# escope:ignore secrets\ndef f(x) do\nRepo.get(x)\nend")).toEqual({ probes: [], idle: [] });
    expect(read("# escope:ignore[calls] secrets\ndef f(x) do\nRepo.get(x)\nend")).toEqual({
      probes: ["M.f/1#1: all, some"],
      idle: [],
    });
  });

  test.each([
    "Repo.get(x) # escope:ignore hot",
    "# escope:ignore[calls] hot\nRepo.get(x)",
    "x\n|> Repo.get() # escope:ignore hot",
  ])("of a call: %j", (code) => {
    const { probes, idle } = read(`def g(x) do\n${code}\nRepo.all(x)\nend`);
    expect({ probes, idle }).toEqual({ probes: ["M.g/1#1: all", "Repo.all/1: calls"], idle: [] });
  });

  test("beats a trace, and a rule that it alone ignores has matched", () => {
    const rules = compileRuleSet("r.yml", "rules: [{ id: f, match: { function: { name: f } } }]");
    const plan = planFor(rules, "defmodule M do\n# escope:ignore\n# escope:trace\ndef f, do: 1\nend");
    expect(plan).toMatchObject({ probes: [], unmatched: [] });
    expect(plan.idle.map(({ says }) => says)).toEqual([
      "escope:trace: no function's clause at line 4 that it could select",
    ]);
  });
});

describe("escope:trace", () => {
  const none = compileRuleSet("r.yml", "exclude: { module: { name: M }, function: { name: out } }");

  test("selects a clause without a rule", () => {
    expect(
      read("# escope:trace new\n@doc false\ndef f(x), do: x\ndefp g, do: 1 # escope:trace", none),
    ).toEqual({
      probes: ["M.f/1#1: escope:trace", "M.g/0#1: escope:trace"],
      idle: ["1 excludes nothing that a rule selects"],
    });
  });

  test("stands beside rules", () => {
    expect(read("# escope:trace new\ndef f(x), do: x").probes).toEqual(["M.f/1#1: all, some, escope:trace"]);
  });

  test("does not beat an exclusion", () => {
    expect(read("# escope:trace\ndef out(x), do: x", none)).toEqual({
      probes: [],
      idle: ["2 escope:trace: no function's clause at line 3 that it could select"],
    });
  });
});

test.each([
  ["# escope:ignore nothing here\n\ndef f(x), do: x", "2 escope:ignore: no rule selects anything at line 3"],
  ["@x 1 # escope:ignore\n@y 2\ndelegate f(x)", "2 escope:ignore: no rule selects anything at line 2"],
  [
    "# escope:ignore[other, more] why\ndef f(x), do: x",
    "2 escope:ignore: none of its rules (other, more) selects anything at line 3",
  ],
  [
    "# escope:trace\ndefguard f(x) when x",
    "2 escope:trace: no function's clause at line 3 that it could select",
  ],
  [
    "def f(x) do\nx # escope:trace\nend",
    "3 escope:trace: no function's clause at line 3 that it could select",
  ],
  ["# escope:ignore\n@x 1\n\ndef f(x), do: x", "2 escope:ignore: no rule selects anything at line 3"],
  ["# escope:ignore[]\ndef f(x), do: x", "2 escope:ignore[]: no rule stands in the brackets"],
  ["# escope:trace[all] why\ndef f(x), do: x", "2 escope:trace takes no rules: [all] has no effect"],
  ["# escope:ignroe why\ndef f(x), do: x", "2 escope:ignroe means nothing; did you mean escope:ignore?"],
  [
    "# escope:please\ndef f(x), do: x",
    "2 escope:please means nothing; there are escope:ignore and escope:trace",
  ],
])("without effect: %j", (body, expected) => {
  expect(read(body).idle).toEqual([expected]);
});

test("text that looks like a comment is none", () => {
  const body = 'def f(x), do: {x, "# escope:ignore"}\n@doc """\n# escope:trace\n"""\ndef g, do: 1';
  expect(read(body)).toEqual({ probes: ["M.f/1#1: all, some", "M.g/0#1: all"], idle: [] });
});

test("of several rules that a comment names, those that would select nothing", () => {
  expect(read("# escope:ignore[all, nope, some] hot\ndef f(x), do: x")).toEqual({
    probes: [],
    idle: ["2 escope:ignore: nope would select nothing at line 3"],
  });
});
