import { describe, expect, test } from "vitest";
import { clausesOf, factsOf } from "../support/core.ts";

const closures = (body: string): string[] =>
  clausesOf(body).flatMap((clause) =>
    clause.closures.map(({ arity, tails }) =>
      [arity, ...tails.calls.map((call) => `${call.module ?? ""}.${call.name}/${call.arity}`)].join(" "),
    ),
  );

describe("the functions that a clause writes out", () => {
  test.each([
    ["def f(x), do: g(fn -> h(x) end)", ["0 .h/1"]],
    ["def f(x), do: g(fn a, {b, c} -> h(a) end)", ["2 .h/1"]],
    ["def f(x), do: g(fn a when a > 1 -> h(a); a -> i(a, a) end)", ["1 .h/1 .i/2"]],
    ["def f(x), do: {&h(&2, x, &1)}", ["2 .h/3"]],
    ["def f(x), do: [a: & &1.run(x)]", ["1"]],
    ["def f(x, y \\\\ fn -> M.h() end), do: y", ["0 M.h/0"]],
    ["def f(x) do\nalias A.B\nfn -> B.h() end\nend", ["0 A.B.h/0"]],
    ["def f(x), do: fn -> fn a -> h(a) end end", ["1 .h/1"]],
  ])("%s", (body, expected) => {
    expect(closures(body)).toEqual(expected);
  });

  test.each([
    "def f(x), do: {&h/1, &M.h/1}",
    "def f(x), do: fn -> x + 1 - 2; {x} end",
    'def f(x), do: "fn -> h() end" # fn -> h() end',
    "def f(x), do: x && h(x)",
  ])("none: %s", (body) => {
    expect(closures(body).filter((text) => !text.includes("-"))).toEqual([]);
  });
});

const escapes = (text: string): unknown => {
  const { captures, atoms } = factsOf({ path: "a.ex", text }).escapes;
  return { captures: captures.map(({ owner, name, arity, line }) => [owner, name, arity, line]), atoms };
};

describe("what a file lets calls reach", () => {
  test("captures, with their line", () => {
    const text =
      "defmodule A do\n  alias B.C, as: D\n  def f(m), do: {&g/1, &A.B.g!/2,\n    & D.g/1, &m.g/0, &<>/2, &1, &A.<~>/2}\nend";
    expect(escapes(text)).toEqual({
      captures: [
        [undefined, "g", 1, 3],
        ["A.B", "g!", 2, 3],
        ["*", "g", 1, 4],
        ["*", "g", 0, 4],
        [undefined, "<>", 2, 4],
        ["A", "<~>", 2, 4],
      ],
      atoms: [],
    });
  });

  test("captures by functions", () => {
    const text = "x = Function.capture(A, :b, 2)\n:erlang.make_fun(m, :c, 0)";
    expect(escapes(text)).toEqual({
      captures: [
        ["A", "b", 2, 1],
        ["*", "c", 0, 2],
      ],
      atoms: ["b", "erlang", "c"],
    });
  });

  test("atoms, but for keys and types", () => {
    expect(escapes('{:a, [b: :c?], :"d e", <<x::binary>>, :a}')).toEqual({
      captures: [],
      atoms: ["a", "c?", "d e"],
    });
  });
});
