import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { renderPolicies } from "../../src/emit/index.ts";
import type { PlannedProbe } from "../../src/planner/index.ts";

const scratch = mkdtempSync(join(tmpdir(), "escope-policies-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function probe(id: number, rules: readonly string[], policy?: PlannedProbe["do"]): PlannedProbe {
  const site = { span: { start: 0, end: 1 }, form: "wrap", requireAt: 0 } as const;
  const place = { module: "M", function: "f", arity: 1, clause: 1, file: "a.ex", line: 1 };
  return {
    id,
    kind: "clause",
    mode: "full",
    ...place,
    rules,
    site,
    ...(policy === undefined ? {} : { do: policy }),
  };
}

/** What Erlang reads in the file, as Elixir prints it. */
function consulted(text: string): string[] {
  const file = join(scratch, "policies.terms");
  writeFileSync(file, text);
  const script = `{:ok, terms} = :file.consult(hd(System.argv())); for t <- terms, do: IO.puts(inspect(t, limit: :infinity, printable_limit: :infinity))`;
  return execFileSync("elixir", ["-e", script, file], { encoding: "utf8" }).trimEnd().split("\n");
}

test("probes that ask for nothing special stand in no policy", () => {
  const text = renderPolicies([probe(1, ["a"]), probe(2, ["a", "b"], { tag: ["t"], mark: "m" })]);
  expect(consulted(text)).toEqual(['{:rule, "a", [1, 2]}', '{:rule, "b", [2]}']);
});

test("probes of one policy stand together", () => {
  const text = renderPolicies(
    [1, 2, 3].map((id) => probe(id, [], id === 2 ? { leave: false } : { enter: false })),
  );
  expect(consulted(text)).toEqual(["{[1, 3], %{enter: false}}", "{[2], %{leave: false}}"]);
});

function callback(id: number, behaviour: string, name: string, arity: number): PlannedProbe {
  return { ...probe(id, []), function: name, arity, callback: behaviour };
}

test("callbacks with a state say where it is", () => {
  const text = renderPolicies([
    callback(1, "GenServer", "handle_call", 3),
    callback(2, "GenServer", "handle_call", 3),
    callback(3, "GenServer", "init", 1),
    callback(4, "GenServer", "terminate", 2),
    callback(5, "GenStage", "handle_events", 3),
    callback(6, ":gen_statem", "handle_event", 4),
    callback(7, "GenServer", "child_spec", 1),
    callback(8, "Phoenix.LiveView", "handle_event", 3),
    { ...callback(9, "GenServer", "handle_call", 3), kind: "call" },
  ]);
  expect(consulted(text)).toEqual([
    "{:state, 2, :server, [1, 2]}",
    "{:state, nil, :server, [3]}",
    "{:state, 1, nil, [4]}",
    "{:state, 2, :stage, [5]}",
    "{:state, 3, :statem, [6]}",
  ]);
});

test("Erlang reads every part", () => {
  const text = renderPolicies([
    probe(1, [], {
      enter: false,
      leave: false,
      raise: false,
      capture: { args: [0, 2], result: false, state: "full", render: false },
      redact: { keys: ["größe"], paths: ["user.*.mail"], patterns: ['"\\d+"\n\u0007'] },
      limit: { depth: 3, items: 4, bytes: 5, total: 6, per_second: 7 },
      sample: 0.25,
      when: 'x == "é\\n"',
      names: { x: 1 },
    }),
    probe(2, [], {
      any: [
        { rule: "ä", when: "x > 1", names: { x: 1, value: -1 } },
        { rule: "b", tag: ["t"] },
      ],
    }),
  ]);
  expect(consulted(text)).toEqual([
    "{[1], %{args: [0, 2], enter: false, leave: false, limits: %{bytes: 5, depth: 3, items: 4, total: 6}, " +
      'names: [{"x", 1}], paths: ["user.*.mail"], patterns: ["\\"\\\\d+\\"\\n\\a"], per_second: 7, raise: false, ' +
      'redact: ["größe"], render: false, result: false, sample: 0.25, state: :full, when: "x == \\"é\\\\n\\""}}',
    '{[2], %{any: [{"ä", "x > 1", [{"x", 1}, {"value", -1}]}, {"b", nil, []}]}}',
  ]);
});

test.each([
  [0, "0.0"],
  [0.5, "0.5"],
  [1e-7, "1.0e-7"],
  [2.5e-9, "2.5e-9"],
])("a share of %d", (sample, expected) => {
  expect(consulted(renderPolicies([probe(1, [], { sample })]))).toEqual([`{[1], %{sample: ${expected}}}`]);
});

function named(id: number, ...given: readonly (readonly [string, number])[]): PlannedProbe {
  const { site, ...rest } = probe(id, []);
  return { ...rest, site: { ...site, given } };
}

test("names of arguments, with the probes that have them and where; none of two letters", () => {
  const text = renderPolicies([named(1, ["user", 0], ["pw", 1]), named(2, ["user", 1], ["password", 0])]);
  expect(consulted(text)).toEqual([
    '{:argument, "user", [{1, 0}, {2, 1}]}',
    '{:argument, "password", [{2, 0}]}',
  ]);
});
