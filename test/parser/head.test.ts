import { describe, expect, test } from "vitest";
import { clausesOf } from "../support/core.ts";

function heads(body: string): string[] {
  return clausesOf(body).map(({ kind, name, arity, defaults }) => {
    const optional = defaults === 0 ? "" : ` ${defaults} default`;
    return `${kind} ${name}/${arity ?? "?"}${optional}`;
  });
}

describe("a head", () => {
  test.each([
    ["def f, do: 1", "def f/0"],
    ["def f(), do: 1", "def f/0"],
    ["def f do\n1\nend", "def f/0"],
    ["def f(a, b), do: a", "def f/2"],
    ["def f a, b do\na\nend", "def f/2"],
    ["def f(a, b \\\\ 1, c \\\\ 2), do: a", "def f/3 2 default"],
    ["def f(a) when a > 0, do: a", "def f/1"],
    ["def f(a) when a > 0 when a < 9 do\na\nend", "def f/1"],
    ["def f(a, b: c, d: e), do: a", "def f/2"],
    ["def f([a | b], {c, d}, %{e: f}), do: a", "def f/3"],
    ["def f(<<a::8, b::binary>>), do: a", "def f/1"],
    ["def f(# why\n  a, # one\n  b # two\n), do: a", "def f/2"],
    ["def (f(a)), do: a", "def f/1"],
    ["def(f(a), do: a)", "def f/1"],
    ["def(f(a)) do\na\nend", "def f/1"],
    ["defp f(a), do: a", "defp f/1"],
    ["defmacro f(a), do: a", "defmacro f/1"],
    ["defmacrop f(a), do: a", "defmacrop f/1"],
    ["def f?(a), do: a", "def f?/1"],
    ["def f!(a), do: a", "def f!/1"],
    ["def été(a), do: a", "def été/1"],
    ["def a + b, do: a", "def +/2"],
    ["def a <~> b when a > b, do: a", "def <~>/2"],
    ["def (a ||| b) do\na\nend", "def |||/2"],
    ["def -a, do: a", "def -/1"],
    ["def not a, do: a", "def not/1"],
    ["def a in b, do: a", "def in/2"],
    ["def a..b//c, do: {a, b, c}", "def ..///3"],
    ["def +a, do: a", "def +/1"],
    ["def unquote(:f)(a, b), do: a", "def f/2"],
    ["def unquote(head), do: 1", "def unquote(head)/?"],
    ["def f(a, unquote_splicing(b)), do: a", "def f/?"],
  ])("%s", (text, expected) => {
    expect(heads(text)).toEqual([expected]);
  });

  test("without a body is no clause", () => {
    expect(heads("def f(a \\\\ 1)\ndef f(a), do: a\ndef g(a)")).toEqual(["def f/1 1 default"]);
  });

  test("only names something where it is called", () => {
    expect(
      heads('@def 1\n@x &def/1\ndefstruct [:a]\n@doc "def f(x), do: x"\ndefdelegate g(x), to: X'),
    ).toEqual([]);
  });

  test("may itself be called like a definition", () => {
    expect(heads("defmacro def(call, body), do: {call, body}")).toEqual(["defmacro def/2"]);
  });
});

describe("the ordinal", () => {
  test("counts the clauses with a body of one name and arity", () => {
    const ordinals = clausesOf(
      "def f(a)\ndef f(1), do: 1\ndef f(1, 2), do: 1\ndef f(2), do: 1\ndef g(2), do: 1",
    );
    expect(ordinals.map(({ name, arity, ordinal }) => `${name}/${arity}#${ordinal}`)).toEqual([
      "f/1#1",
      "f/2#1",
      "f/1#2",
      "g/1#1",
    ]);
  });
});

describe("the form of the probe", () => {
  test.each([
    ["def f(a) do\na\nend", "prefix"],
    ["def f(a) when a > 0 do\na\nend", "prefix"],
    ["def unquote(f)(a) do\na\nend", "prefix"],
    ["def f do\n1\nend", "wrap"],
    ["def f a do\na\nend", "wrap"],
    ["def a + b do\na\nend", "wrap"],
    ["def(f(a)) do\na\nend", "wrap"],
    ["def (f(a)) do\na\nend", "wrap"],
    ["def f(a), do: a", "wrap"],
    ["x = def f(a) do a end", "wrap"],
    ["true && def f(a) do a end", "wrap"],
    ["if true, do: (def f(a) do a end)", "prefix"],
    ["case 1 do _ -> def f(a) do a end end", "prefix"],
  ])("%s: %s", (text, form) => {
    expect(clausesOf(text).map((clause) => clause.form)).toEqual([form]);
  });
});

describe("what must be left alone says why", () => {
  test.each([
    ["def f(a), @body", "its body is not written out"],
    ["def f(a), do: a, else: b", undefined],
    ["def f a when a > 0 do\na\nend", "its guard stands inside a head without parentheses"],
    ["def f(a), [do: a], 1", "it has more arguments than a definition takes"],
    ["def %{a: b}, do: 1", "its head is in a form that escope does not know"],
    ["Escope.probe(1, (def f(a), do: a))", "it has a probe already"],
    ["Enum.each([1], fn x ->\ndef f(unquote(x)), do: 1\nend)", undefined],
    ["for x <- [1], do: (def f(unquote(x)), do: 1)", undefined],
    ['describe "x" do\ndef f(a), do: a\nend', undefined],
  ])("%s", (text, expected) => {
    const [clause] = clausesOf(text);
    if (expected === undefined) expect(clause?.obstacle).toBeUndefined();
    else expect(clause?.obstacle).toMatch(expected);
  });
});

test.each([
  ["wrap do\ndef f(a), do: a\nend", "wrap", false],
  ["Some.wrap do\ndef f(a), do: a\nend", "Some.wrap", false],
  ["wrap do\nif true do\ndef f(a), do: a\nend\nend", "wrap", false],
  ["wrap do\nother do\ndef f(a), do: a\nend\nend", "wrap", true],
  ["wrap do\ndefmodule In do\ndef f(a), do: a\nend\nend", "wrap", true],
])("the macro around a clause is for the index to judge: %s", (text, macro, nested) => {
  expect(clausesOf(text)[0]?.within).toMatchObject({ macro, nested });
});

test("the span and the line are those of the definition alone", () => {
  const text = "@doc false\n  def f(a), # one\n    do: a # two\n";
  const [clause] = clausesOf(text);
  const whole = `defmodule M do\n${text}\nend\n`;
  expect(whole.slice(clause?.span.start, clause?.span.end)).toBe("def f(a), # one\n    do: a");
  expect(clause?.line).toBe(3);
});
