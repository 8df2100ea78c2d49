import { describe, expect, test } from "vitest";
import { KINDS } from "../../src/index/index.ts";
import { EscopeError } from "../../src/errors.ts";
import { buildIndex } from "../../src/parser/index.ts";
import { planProject } from "../../src/planner/index.ts";
import { compileRuleSet } from "../../src/rules/index.ts";
import { MODULE_KINDS } from "../../src/rules/schema/keys.ts";
import { factsFor, nameOf, planFor, ruleOf } from "../support/core.ts";

const SOURCE = `defmodule Shop.Stock do
  @moduledoc false
  @behaviour Shop.Store
  @vsn "2"
  @limits [max: 10,
           min: 1]

  @doc """
  Long.
  """
  @spec take(integer) :: :ok
  def take(n) when n > 0, do: Repo.transaction(fn -> Repo.insert(n) end)
  def take(0), do: :ok

  @impl true
  def put(n, opts \\\\ []), do: {n, opts}

  @impl Shop.Store
  def drop(n)
  def drop(1), do: Repo.delete(1)
  def drop(n), do: {drop(n - 1), Repo.insert(:x)}

  @decorate trace()
  defp even(0), do: true
  defp even(n), do: odd(n - 1)
  defp odd(n), do: even(n - 1)

  def again(n), do: n |> again()
  def other(n), do: Enum.map(n, &other/1)
  def far(n), do: {__MODULE__.far(n), 1}
  def near(n), do: {Shop.Else.near(n), near(n, 1)}

  defmodule Inner do
    def go(n), do: n
  end
end
`;

const kindsOf = ({ name }: { name: string }): string[] => (name.endsWith("Inner") ? ["live_view"] : ["plain"]);

const ownerOf = (path: string): { app: string | undefined; dep: string | undefined } =>
  path.startsWith("apps/") ? { app: "shop", dep: undefined } : { app: undefined, dep: "ecto" };

/** What a match selects: functions with their clause; of calls and expressions the code. */
function matching(match: string, source = SOURCE): string[] {
  const plan = planFor([ruleOf(match)], source);
  return plan.probes.map((probe) => {
    const { start, end } = probe.site.span;
    if (probe.kind !== "clause") return source.slice(start, end);
    return `${probe.function}/${probe.arity}#${probe.clause}`;
  });
}

describe("module", () => {
  test.each([
    ["{ attribute: vsn }", ["go/1#1"], false],
    ["{ attribute: '@vsn' }", ["take/1#1"], true],
    ["{ attribute: { moduledoc: false } }", ["take/1#1"], true],
    ["{ attribute: { vsn: '\"2\"' } }", ["take/1#1"], true],
    ["{ attribute: { vsn: '\"3\"' } }", [], true],
    ["{ attribute: { limits: '[max: 10, min: 1]' } }", ["take/1#1"], true],
    ["{ attribute: [nothing, { behaviour: Shop.Store }] }", ["take/1#1"], true],
  ])("%s", (module, expected, isOuter) => {
    const not = isOuter ? "" : "not: { module: " + module + " }, ";
    const match = isOuter
      ? `{ module: ${module}, function: { name: take, guards: true } }`
      : `{ ${not}function: { name: go } }`;
    expect(matching(match)).toEqual(expected);
  });

  test("kinds are those of the index", () => {
    expect(MODULE_KINDS).toEqual(KINDS);
  });

  test("kind asks whoever knows", () => {
    const rules = { rules: [ruleOf("{ module: { kind: [plug, live_view] } }")] };
    const index = buildIndex([factsFor({ path: "a.ex", text: SOURCE }, rules)]);
    expect(planProject(index, rules, { kindsOf }).probes.map(nameOf)).toEqual(["Shop.Stock.Inner.go/1#1"]);
    expect(planProject(index, rules).probes).toEqual([]);
  });
});

test("app and dep ask whoever knows", () => {
  const files = ["apps/shop/lib/a.ex", "deps/ecto/lib/b.ex"].map((path, at) => ({ path, text: `defmodule M${at} do\ndef f, do: 1\nend` }));
  const index = buildIndex(files.map((file) => factsFor(file, [])));
  const chosen = (match: string): string[] =>
    planProject(index, { rules: [ruleOf(match)] }, { ownerOf }).probes.map(({ module }) => module);
  expect(chosen("{ app: shop }")).toEqual(["M0"]);
  expect(chosen("{ app: [web, 's*'] }")).toEqual(["M0"]);
  expect(chosen("{ app: ecto }")).toEqual([]);
  expect(chosen("{ dep: ecto }")).toEqual(["M1"]);
  expect(chosen("{ not: { dep: ecto } }")).toEqual(["M0"]);
});

describe("function", () => {
  test.each([
    ["{ guards: true }", ["take/1#1"]],
    ["{ name: take, guards: false }", ["take/1#2"]],
    ["{ visibility: [public, private], name: [even, put] }", ["put/2#1", "even/1#1", "even/1#2"]],
    ["{ clauses: 2, name: '*a*' }", ["take/1#1", "take/1#2"]],
    ["{ clauses: '>=2', visibility: private }", ["even/1#1", "even/1#2"]],
    ["{ clauses: { min: 2, max: 2 }, name: drop }", ["drop/1#1", "drop/1#2"]],
    ["{ clauses: ['>2', 1], name: [even, odd] }", ["odd/1#1"]],
    ["{ arity: '2..9' }", ["put/2#1"]],
    ["{ arity: '>1' }", ["put/2#1"]],
    ["{ arity: ['<1', { min: 2 }] }", ["put/2#1"]],
    ["{ arity: '<= 1', name: put }", ["put/2#1"]],
    ["{ attribute: impl }", ["put/2#1", "drop/1#1", "drop/1#2"]],
    ["{ attribute: { impl: true } }", ["put/2#1"]],
    ["{ attribute: { impl: Shop.Store } }", ["drop/1#1", "drop/1#2"]],
    ["{ attribute: [doc, decorate] }", ["take/1#1", "take/1#2", "even/1#1", "even/1#2"]],
    ["{ attribute: { decorate: trace() } }", ["even/1#1", "even/1#2"]],
    ["{ attribute: spec }", ["take/1#1", "take/1#2"]],
    ["{ attribute: vsn }", []],
    ["{ recursive: true }", ["drop/1#1", "drop/1#2", "even/1#1", "even/1#2", "odd/1#1", "again/1#1", "other/1#1", "far/1#1"]],
    ["{ recursive: false, name: [near, take, again] }", ["take/1#1", "take/1#2", "near/1#1"]],
  ])("%s", (match, expected) => {
    expect(matching(`{ function: ${match}, not: { module: { name: '**.Inner' } } }`)).toEqual(expected);
  });
});

describe("inside and has", () => {
  test.each([
    ["{ call: Repo.insert/1, inside: { call: Repo.transaction/1 } }", ["Repo.insert(n)"]],
    ["{ call: Repo.insert/1, not: { inside: { pattern: 'Repo.transaction($$$_)' } } }", ["Repo.insert(:x)"]],
    ["{ call: Repo.insert/1, inside: { pattern: 'Repo.transaction(fn -> $X end)' } }", ["Repo.insert(n)"]],
    ["{ call: 'Repo.*', inside: { function: { name: drop } } }", ["Repo.delete(1)", "Repo.insert(:x)"]],
    ["{ call: Repo.transaction/1, has: { call: Repo.insert/1 } }", ["Repo.transaction(fn -> Repo.insert(n) end)"]],
    ["{ call: Repo.insert/1, has: { call: Repo.insert/1 } }", []],
    ["{ pattern: '{$A, $B}', has: { call: Repo.insert/1 } }", ["{drop(n - 1), Repo.insert(:x)}"]],
    ["{ function: { name: '*' }, has: { call: Repo.insert/1 } }", ["take/1#1", "drop/1#2"]],
    ["{ has: { pattern: '$F(1)' } }", ["drop/1#1"]],
    ["{ function: { name: take }, not: { has: { call: 'Repo.*' } } }", ["take/1#2"]],
    ["{ has: { call: Repo.insert/1, inside: { call: Repo.transaction/1 } } }", ["take/1#1"]],
    ["{ function: { name: go }, inside: { module: { name: Shop.Stock } } }", ["go/1#1"]],
    ["{ function: { name: go }, inside: { module: { behaviour: Shop.Store } } }", ["go/1#1"]],
    ["{ function: { name: go }, module: { behaviour: Shop.Store } }", []],
    ["{ function: { name: take, guards: true }, inside: { module: { name: '**.Inner' } } }", []],
  ])("%s", (match, expected) => {
    expect(matching(match)).toEqual(expected);
  });

  test("a pipe's left side stands inside of the call that it makes", () => {
    const source = "defmodule M do\ndef f(x), do: x |> Multi.insert(1) |> Repo.transaction()\nend";
    expect(matching("{ call: Multi.insert/2, inside: { call: Repo.transaction/1 } }", source)).toEqual(["Multi.insert(1)"]);
  });

  test("an aliased name means what it stands for", () => {
    const source = "defmodule M do\nalias Shop.Repo\ndef f(x), do: Repo.transaction(fn -> g(x) end)\ndef g(x), do: x\nend";
    expect(matching("{ call: g/1, inside: { call: Shop.Repo.transaction/1 } }", source)).toEqual(["g(x)"]);
    expect(matching("{ call: g/1, inside: { call: Repo.transaction/1 } }", source)).toEqual([]);
  });

  test("a pattern under not refuses what has its form", () => {
    const source = "defmodule M do\ndef f(x), do: {x + 1, x + x}\nend";
    expect(matching("{ pattern: '$A + $B', not: { pattern: '$A + $A' } }", source)).toEqual(["x + 1"]);
  });
});

const CALLS = `defmodule M do
  def run(x, y) do
    put(:name, x)
    put("text", x)
    put(1, x)
    put(1.5, x)
    put(Some.Name, x)
    put(y, x)
    put(y.z(), x)
    put(%{a: 1}, x)
    put(%Some{a: 1}, x)
    put([1], x)
    put({1, 2}, x)
    put(fn -> 1 end, x)
    put(&go/1, x)
    put(1 + 2, x)
    put(true, x)
    put(nil, x)
    put(y |> go(), x)
  end

  def put(a, b), do: {a, b}
  def go(a), do: a
end
`;

describe("where", () => {
  test.each([
    ["kind: atom", [":name"]],
    ["kind: string", ['"text"']],
    ["kind: integer", ["1"]],
    ["kind: [float, alias]", ["1.5", "Some.Name"]],
    ["kind: variable", ["y"]],
    ["kind: call", ["y.z()", "y |> go()"]],
    ["kind: map", ["%{a: 1}"]],
    ["kind: struct", ["%Some{a: 1}"]],
    ["kind: list", ["[1]"]],
    ["kind: tuple", ["{1, 2}"]],
    ["kind: function", ["fn -> 1 end", "&go/1"]],
    ["kind: operator", ["1 + 2"]],
    ["kind: [boolean, 'nil']", ["true", "nil"]],
    ["regex: '^:na'", [":name"]],
    ["regex: ['^\"', 'z\\(']", ['"text"', "y.z()"]],
    ["regex: '(?i)^SOME'", ["Some.Name"]],
    ["pattern: '$A + $B'", ["1 + 2"]],
    ["pattern: ['{$A, $B}', 'go($A)']", ["{1, 2}", "y |> go()"]],
    ["kind: integer, not: { regex: '2' }", ["1"]],
    ["kind: [atom, string], not: { kind: atom }", ['"text"']],
  ])("%s", (constraint, expected) => {
    const match = `{ pattern: "put($KEY, x)", where: { $KEY: { ${constraint} } } }`;
    expect(matching(match, CALLS).map((code) => code.slice("put(".length, -", x)".length))).toEqual(expected);
  });

  test("every part of a metavariable for any number must hold", () => {
    const source = "defmodule M do\ndef f(x), do: {g(1, 2), g(1, x), g()}\ndef g(a \\\\ 0, b \\\\ 0), do: {a, b}\nend";
    expect(matching("{ pattern: 'g($$$ALL)', where: { $$$ALL: { kind: integer } } }", source)).toEqual(["g(1, 2)", "g()"]);
  });

  test("another place is tried where the first does not hold", () => {
    const source = "defmodule M do\ndef f(x), do: %{a: x, b: 1}\nend";
    expect(matching("{ pattern: '%{$K: $V}' }", source)).toEqual([]);
    expect(matching("{ pattern: '%{$$$_, $K: $V}', where: { $V: { kind: integer } } }", source)).toEqual(["%{a: x, b: 1}"]);
  });

  test("two rules with one pattern are told apart", () => {
    const rules = compileRuleSet(
      "r.yml",
      `rules:
  - { id: atoms, match: { pattern: "put($K, x)", where: { $K: { kind: atom } } } }
  - { id: all, match: { pattern: "put($K, x)" } }
  - { id: texts, match: { pattern: "put($K, x)", where: { $K: { kind: string } } } }`,
    );
    const { probes } = planFor(rules, CALLS);
    expect(probes.slice(0, 3).map((probe) => [probe.rules, probe.target])).toEqual([
      [["atoms", "all"], "put($K, x)"],
      [["all", "texts"], "put($K, x)"],
      [["all"], "put($K, x)"],
    ]);
  });

  test("a regular expression that explodes is stopped", () => {
    const source = `defmodule M do\ndef f, do: g("${"a".repeat(60)}!")\ndef g(x), do: x\nend`;
    const started = performance.now();
    let error: unknown;
    try {
      matching("{ pattern: 'g($X)', where: { $X: { regex: '^\"(a+)+$' } } }", source);
    } catch (thrown) {
      error = thrown;
    }
    expect(performance.now() - started).toBeLessThan(5000);
    expect(error).toBeInstanceOf(EscopeError);
    expect((error as EscopeError).code).toBe("RULE_REGEX_SLOW");
    expect((error as EscopeError).details.line).toBe(1);
  });
});
