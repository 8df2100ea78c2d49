import { describe, expect, test } from "vitest";
import { indexOf } from "../support/core.ts";
import { inModule, loops } from "../support/loops.ts";
import { wayBack } from "../../src/planner/index.ts";

const a = (call: string): string => `defmodule A do\ndef a(n), do: g(n)\ndefp g(n), do: ${call}\nend`;

/** The functions of a module with these definitions that `call`, which calls back, may reach. */
const reachedIn = (made: string, call = "mod().b(n)"): string[] =>
  loops(a(call), `defmodule B do\n${made}\nend`).filter((name) => name.startsWith("B"));

describe("a loop through a function that is handed over", () => {
  test.each([
    ["in a tuple", "def f(n), do: g({&f/1, n})\ndefp g({h, n}), do: h.(n)"],
    ["in a map", "def f(n), do: g(%{h: &f/1}, n)\ndefp g(map, n), do: map.h.(n)"],
    ["in keywords", "def f(n), do: g([h: &f(&1)], n)\ndefp g(list, n), do: list[:h].(n)"],
    ["in an attribute", "@h &__MODULE__.f/1\ndef f(n), do: g(n)\ndefp g(n), do: @h.(n)"],
    ["as a default", "def f(n), do: g(n)\ndefp g(n, h \\\\ fn n -> f(n) end), do: h.(n)"],
    ["as a default in a head", "def f(n), do: g(n)\ndefp g(n, h \\\\ &f(&1))\ndefp g(n, h), do: h.(n)"],
    ["as a result", "def f(n), do: g(h(), n)\ndefp g(h, n), do: h.(n)\ndefp h, do: &f/1"],
    ["by a variable", "def f(n) do\nh = fn -> f(n) end\ng(h)\nend\ndefp g(h), do: h.()"],
    ["by its name", "def f(n), do: g({M, :f, [n]})\ndefp g({m, f, a}), do: apply(m, f, a)"],
    ["by Function.capture", "def f(n), do: g(Function.capture(M, :f, 1), n)\ndefp g(h, n), do: h.(n)"],
  ])("%s", (_, body) => {
    expect(loops(inModule(body)).filter((name) => /^[fg]/.test(name))).toEqual([
      "f/1",
      expect.stringMatching(/^g/),
    ]);
  });

  test("of another module, by another name of it", () => {
    const b = "defmodule B.C do\ndef go(n, h), do: h.(n)\nend";
    const step = "def step(n), do: B.C.go(n, F)";
    expect(loops(`defmodule A do\nalias A, as: X\n${step.replace("F", "&X.step/1")}\nend`, b)).toEqual([
      "A.step/1",
      "B.C.go/2",
    ]);
    expect(loops(`defmodule A do\n${step.replace("F", "&Other.step/1")}\nend`, b)).toEqual([]);
  });

  test("of a name with other signs than letters", () => {
    const part = 'for x <- xs() do\ndef unquote(:"my-ä.#{x}")(n), do: A.a(n)\nend';
    expect(reachedIn(part, 'apply(mod(), :"my-ä.b", [n])')).toHaveLength(1);
    expect(reachedIn(part, 'apply(mod(), :"my-äxb", [n])')).toEqual([]);
    const whole = 'def unquote(:"my-b.c")(n), do: A.a(n)';
    expect(reachedIn(whole, 'apply(B, :"my-b.#{n}", [n])')).toHaveLength(1);
  });

  test("of a module that only run time knows", () => {
    const b = "defmodule B do\ndef b(n), do: A.a(n)\ndef c(n), do: A.a(n)\ndefp d(n), do: A.a(n)\nend";
    expect(loops(a("mod().b(n)"), b)).toEqual(["A.a/1", "A.g/1", "B.b/1"]);
    expect(loops(a("mod().d(n)"), b)).toEqual([]);
    expect(loops(a("apply(n, :b, [n, n])"), b)).toEqual([]);
    expect(loops(a("apply(mod(), h(:c), [n])"), b)).toEqual(["A.a/1", "A.g/1", "B.c/1"]);
  });

  test("of a module that only run time knows, by a name that is computed where it is defined", () => {
    for (const names of ["[:a, :b]", "[b: 1]", "~w(a b)a", '[:"#{x}"]'])
      expect(reachedIn(`for x <- ${names} do\ndef unquote(x)(n), do: A.a(n)\nend`), names).toEqual([
        "B.unquote(x)/1",
      ]);
    expect(reachedIn("def b(unquote_splicing(args)), do: A.a(1)")).toEqual(["B.b/?"]);
    const part = 'for x <- xs() do\ndef unquote(:"st_#{x}")(n), do: A.a(n)\nend';
    expect(reachedIn(part, "mod().st_b(n)")).toHaveLength(1);
    expect(reachedIn(part)).toEqual([]);
    expect(reachedIn("for x <- [:a, :c] do\ndef unquote(x)(n), do: A.a(n)\nend")).toEqual([]);
    expect(reachedIn("for x <- [:b] do\ndef unquote(x)(n, _), do: A.a(n)\nend")).toEqual([]);
    expect(reachedIn("for x <- [:b] do\ndefp unquote(x)(n), do: A.a(n)\nend")).toEqual([]);
    const captured = "for x <- [:b] do\ndef unquote(x)(n), do: A.a(n)\nend\ndef h, do: &b/1";
    expect(reachedIn(captured, "n.(1)")).toHaveLength(1);
  });

  test("of a name that only run time knows", () => {
    const b =
      "defmodule B do\ndef st_b(n), do: A.a(n)\ndef c(n), do: A.a(n)\ndef st_d(n, 1), do: A.a(n)\ndefp st_e(n), do: A.a(n)\nend";
    const reached = (call: string): string[] => loops(a(call), b).filter((name) => name.startsWith("B"));
    expect(reached("apply(B, name(), [n])")).toEqual(["B.st_b/1", "B.c/1"]);
    expect(reached("apply(B, name(), args())")).toEqual(["B.st_b/1", "B.c/1", "B.st_d/2"]);
    expect(reached("apply(mod(), name(), [n])")).toEqual([]);
    for (const name of [
      ':"st_#{n}"',
      ':"#{n}t_#{n}"',
      ':"#{n}_b"',
      'String.to_existing_atom("st_" <> n)',
      '"s#{n}" |> String.to_atom()',
      ':erlang.binary_to_atom(n <> ~s(t) <> "_" <> n)',
    ]) {
      expect(reached(`apply(B, ${name}, [n])`), name).toEqual(["B.st_b/1"]);
      expect(reached(`apply(mod(), ${name}, [n])`), name).toEqual(["B.st_b/1"]);
    }
    for (const name of [':"at_#{n}"', ':"st_b_#{n}"', ':"s.#{n}"', 'String.to_atom("st")'])
      expect(reached(`apply(mod(), ${name}, [n])`), name).toEqual([]);
  });
});

describe("what cannot be reached keeps enter and leave", () => {
  const call = "defp g(h, n), do: h.(n)\n";
  test.each([
    ["a function with another number of parameters", `${call}def f(n) do\nh = fn -> f(n) end\ng(h, n)\nend`],
    ["a function that nobody gets hold of", `${call}def f(n), do: g(&h/1, n)\ndef h(n), do: {f(n)}`],
    ["a function for Enum", `${call}def f(n), do: g(Enum.map(n, fn x -> f(x) end), n)`],
    ["a key", "def f(n), do: g(f: n)\ndefp g(l), do: apply(mod(l), hd(l), [l])"],
    ["a way into a loop", `${call}def f(n), do: g(&h/1, n)\ndef h(n), do: g(&h/1, n)\ndef i(n), do: f(n)`],
  ])("%s", (_, body) => {
    expect(loops(inModule(body))).not.toContain("f/1");
  });
});

describe("a loop through what macros make", () => {
  test("functions of a statement", () => {
    const made = "defloop spin(n) do\nagain(n)\nend\ndefloop stop(n) do\nn\nend\n";
    expect(loops(inModule(`${made}def again(n), do: spin(n)`))).toEqual(["again/1"]);
    expect(loops(inModule(`${made}def again(n), do: stop(n)`))).toEqual([]);
  });

  test("functions that a macro of the project defines", () => {
    const macro =
      "defmodule K do\ndefmacro make(n) do\nquote do\ndef unquote(n)(x), do: again(x)\nend\nend\nend";
    expect(loops(inModule("require K\nK.make :spin\ndef again(n), do: spin(n)"), macro)).toEqual(["again/1"]);
    const use =
      "defmodule K do\ndefmacro __using__(_) do\nquote do\ndef spin(x), do: again(x)\nend\nend\nend";
    expect(loops(inModule("use K\ndef again(n), do: spin(n)"), use)).toEqual(["again/1"]);
  });

  test("what a macro expands to", () => {
    const macro = "defmodule K do\ndefmacro more(n) do\nquote do\nagain(unquote(n))\nend\nend\nend";
    expect(loops(inModule("import K\ndef again(n), do: more(n)"), macro)).toEqual(["again/1"]);
  });

  test("super", () => {
    const below = "def f(n), do: g(n)\ndefoverridable f: 1\ndef f(n), do: super(n)\n";
    expect(loops(inModule(`${below}def g(n), do: f(n)`))).toEqual(["f/1", "f/1#2", "g/1"]);
    expect(loops(inModule(`${below}def g(n), do: {f(n)}`))).toEqual([]);
  });

  test("a delegate by another name", () => {
    const other = "defmodule B do\ndef back(n), do: M.f(n)\ndef f(n), do: n\nend";
    expect(loops(inModule("def f(n), do: g(n)\ndefdelegate g(n), to: B, as: :back"), other)).toEqual(
      ["B.back/1", "f/1"].toReversed(),
    );
  });
});

const wayOf = (...texts: readonly string[]): ReturnType<typeof wayBack> => {
  const index = indexOf(...texts);
  const clause = index.files[0]?.modules[0]?.clauses[0];
  return clause && wayBack(index, clause);
};
const steps = (...texts: readonly string[]): string[] =>
  (wayOf(...texts)?.steps ?? []).map(({ function: name, line, by }) =>
    by === undefined ? `${name}:${line}` : `${name}:${line}, which ${by}`,
  );

describe("the way back", () => {
  test("is certain where every call says where it goes", () => {
    expect(wayOf(inModule("def f(n), do: g(n)\ndef g(n), do: f(n)"))?.ends).toBe("in itself");
    expect(wayOf(inModule("def f(n), do: g(&f/1, n)\ndef g(h, n), do: h.(n)"))?.ends).toBe("maybe in itself");
  });

  test("says why a call may lead on", () => {
    expect(steps(inModule("def f(n), do: g(&f/1, n)\ndef g(h, n), do: h.(n)"))).toEqual([
      "M.f/1:2",
      "M.g/2:3",
      "M.f/1:2, which `fun.(…)` may call: it is captured in a.ex:2",
    ]);
    expect(steps(inModule("def f(n) do\nh = fn -> f(n) end\ng(h)\nend\ndef g(h), do: h.()"))).toEqual([
      "M.f/1:2",
      "M.g/1:6",
      "fn in M.f/1:3, which `fun.(…)` may call",
      "M.f/1:2",
    ]);
    expect(steps(inModule("def f(n), do: g(n)\ndef g(m), do: m.f(m)")).at(-1)).toBe(
      "M.f/1:2, which `module.f(…)` may mean",
    );
    expect(steps(inModule("def f(n), do: g({n, :f})\ndef g({m, f}), do: apply(m, f, [m])")).at(-1)).toBe(
      "M.f/1:2, which `apply(module, name, args)` may mean: its name is an atom in a.ex",
    );
  });
});
