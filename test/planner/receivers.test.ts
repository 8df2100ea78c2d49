import { describe, expect, test } from "vitest";
import { loops } from "../support/loops.ts";

/** A module that the receiver may be, if it may be any. */
const ANY = "defmodule Any do\ndef get(n), do: A.f(n)\nend";

const STORE = "defmodule Store do\ndef get(n), do: n\ndef back(n), do: A.f(n)\ndef give, do: __MODULE__\nend";

/** Which functions of `A` are entered only, `body` being its own. */
const entered = (body: string, ...others: readonly string[]): string[] =>
  loops(`defmodule A do\n${body}\nend`, STORE, ...others).filter((name) => name.startsWith("A."));

/** How a function gets hold of the module that it ends in a call of; every one means `Store`, or another without a loop. */
const KNOWN: readonly (readonly [string, string])[] = [
  ["an attribute", "@store Store\ndef f(n), do: @store.CALL(n)"],
  ["an attribute with two values", "@store Store\n@store Other\ndef f(n), do: @store.CALL(n)"],
  ["a function", "def f(n), do: store().CALL(n)\ndefp store, do: Store"],
  ["its clauses", "def f(n), do: store(n).CALL(n)\ndefp store(1), do: Store\ndefp store(_), do: Other"],
  ["a condition", "def f(n), do: store(n).CALL(n)\ndefp store(n) do\nif n > 1, do: Store, else: Other\nend"],
  ["case", 'def f(n), do: s(n).CALL(n)\ndefp s(n) do\ncase n do\n1 -> Store\n_ -> raise "no"\nend\nend'],
  ["cond", "def f(n), do: s(n).CALL(n)\ndefp s(n) do\ncond do\nn > 1 -> Store\ntrue -> nil\nend\nend"],
  ["operators", "def f(n), do: s().CALL(n)\ndefp s, do: (Application.get_env(:a, :b) && Store) || Other"],
  ["another module's function", "def f(n), do: Store.give().CALL(n)"],
  ["without parentheses", "def f(n), do: Store.give.CALL(n)"],
  ["an imported one", "import Store, only: [give: 0]\ndef f(n), do: give().CALL(n)"],
  ["a function of a function", "def f(n), do: s().CALL(n)\ndef s, do: t()\ndefp t, do: Store.give()"],
  ["a delegate", "def f(n), do: give().CALL(n)\ndefdelegate give, to: Store"],
  ["a default", "def f(n), do: s().CALL(n)\ndefp s(o \\\\ []), do: (o[:x] && Store) || Other"],
  ["a variable", "def f(n) do\ns = Store.give()\nx = s.get(n)\ns.CALL(x)\nend"],
  ["a variable around", "def f(n) do\ns = Store\nif n do\ns.CALL(n)\nend\nend"],
  ["a pipe", "def f(n), do: n |> (1 |> s()).CALL()\ndefp s(_), do: Store"],
  ["a pipe's last step", "def f(n), do: n |> Store.give().CALL()"],
  ["apply", "def f(n), do: apply(s(), :CALL, [n])\ndefp s, do: Store"],
  ["a capture", "def f(n), do: then(n, &Store.give().CALL(&1))"],
  [
    "functions that call each other",
    "def f(n), do: s(n).CALL(n)\ndefp s(1), do: Store\ndefp s(n), do: s(n - 1)",
  ],
];

describe("a call through what can only be certain modules", () => {
  test.each(KNOWN)("by %s", (_, body) => {
    expect(entered(body.replaceAll("CALL", "get"), ANY)).not.toContain("A.f/1");
    // The same way, but it leads back.
    expect(entered(body.replaceAll("CALL", "back"))).toContain("A.f/1");
  });
});

describe("a call through what may be another module", () => {
  test.each([
    [
      "an attribute from the configuration",
      "@s Application.compile_env(:a, :s, Store)\ndef f(n), do: @s.get(n)",
    ],
    ["an attribute that is set elsewhere", "use K\ndef f(n), do: @s.get(n)"],
    [
      "an attribute that a function sets",
      "@s Store\nModule.put_attribute(__MODULE__, :s, K.s())\ndef f(n), do: @s.get(n)",
    ],
    ["one of its values", "@s Store\n@s K.s()\ndef f(n), do: @s.get(n)"],
    ["the configuration", "def f(n), do: s().get(n)\ndefp s, do: Application.get_env(:a, :s, Store)"],
    ["one of its clauses", "def f(n), do: s(n).get(n)\ndefp s(1), do: Store\ndefp s(n), do: n.s"],
    ["one branch", "def f(n), do: s(n).get(n)\ndefp s(n) do\nif n, do: Store, else: n\nend"],
    ["what is rescued", "def f(n), do: s(n).get(n)\ndefp s(n) do\nStore\nrescue\n_ -> n\nend"],
    ["the left side", "def f(n), do: s(n).get(n)\ndefp s(n), do: n || Store"],
    ["with", "def f(n), do: s(n).get(n)\ndefp s(n) do\nwith 1 <- n, do: Store\nend"],
    ["a function of a library", "def f(n), do: K.s().get(n)"],
    ["an imported function that is not known", "import K\ndef f(n), do: s().get(n)"],
    ["a function that others have, too", "def f(n), do: give().get(n)"],
    ["an import without it", "import Store, except: [give: 0]\ndef f(n), do: give().get(n)"],
    ["a parameter", "def f(s), do: s.get(1)"],
    ["a variable that is set again", "def f(n) do\ns = Store\n{s, n} = n.(s)\ns.get(n)\nend"],
    ["a variable of a clause", "def f(n) do\ns = Store\ncase n do\ns -> s.get(n)\nend\nend"],
    ["a variable of a function", "def f(n) do\ns = Store\nthen(n, fn s -> s.get(n) end)\nend"],
    ["a variable of with", "def f(n) do\ns = Store\nwith {:ok, s} <- n do\ns.get(n)\nend\nend"],
    ["a variable of a condition", "def f(n) do\ns = Store\nif s = n[:s] do\ns.get(n)\nend\nend"],
    ["a variable in a branch", "def f(n) do\ns = Store\nn || (s = n)\ns.get(n)\nend"],
    ["a computed name", "def f(n), do: s().get(n)\ndef unquote(K.s())(), do: Store"],
    [
      "what a protocol gives",
      "def f(n), do: P.s(n).get(n)",
      "defimpl P, for: Atom do\ndef s(_), do: Store\nend",
    ],
  ])("by %s", (_, body, ...others) => {
    expect(entered(body, ...others, ANY)).toContain("A.f/1");
    // None that there is leads back.
    expect(entered(body, ...others)).not.toContain("A.f/1");
  });

  test("by an alias that a use brings", () => {
    const used = "defmodule U do\ndefmacro __using__(_), do: quote(do: alias Deep.Kept)\nend";
    const kept = "defmodule Deep.Kept do\ndef back(n), do: A.f(n)\ndef get(n), do: n\nend";
    const giving = "defmodule Giving do\nuse U\ndef give, do: Kept\nend";
    const body = "def f(n), do: Giving.give().CALL(n)";
    expect(entered(body.replace("CALL", "back"), used, kept, giving)).toContain("A.f/1");
    expect(entered(body.replace("CALL", "get"), used, kept, giving)).not.toContain("A.f/1");
  });

  test("of an attribute that is used everywhere: its module is read once, not for each use (minutes, here)", () => {
    const uses = Array.from({ length: 4000 }, (_, at) => `def f${at}(n), do: @s.get(n)`);
    expect(entered(`@s Store\n${uses.join("\n")}\ndef f(n), do: @s.back(n)`)).toEqual(["A.f/1"]);
  }, 20_000);

  test("in what a macro puts elsewhere", () => {
    const macro = "defmacro m(n) do\nquote do\ns().back(unquote(n))\nend\nend\ndef s, do: Other";
    const body = "import K, only: [m: 1]\ndef f(n), do: m(n)\ndef s, do: Application.get_env(:a, :s)";
    expect(entered(body, `defmodule K do\n${macro}\nend`)).toContain("A.f/1");
  });
});
