import { describe, expect, test } from "vitest";
import { indexOf, modulesOf } from "../support/core.ts";

function names(text: string): string[] {
  return modulesOf(text).map(({ name }) => name);
}

describe("a module's name", () => {
  test.each([
    ["plain", "defmodule A do end", ["A"]],
    ["with dots", "defmodule A.B do end", ["A.B"]],
    ["of Erlang", "defmodule :shop do end", [":shop"]],
    ["as an atom", 'defmodule :"Elixir.Shop.Cart" do end', ["Shop.Cart"]],
    ["nested", "defmodule A do\ndefmodule B.C do\ndefmodule D do end\nend\nend", ["A", "A.B.C", "A.B.C.D"]],
    ["nested, from the top", "defmodule A do\ndefmodule Elixir.B do end\nend", ["A", "B"]],
    ["nested, by __MODULE__", "defmodule A do\ndefmodule __MODULE__.B do end\nend", ["A", "A.B"]],
    ["nested, in spite of an alias", "defmodule A do\nalias X.B\ndefmodule B do end\nend", ["A", "A.B"]],
    ["by an alias, at the top", "alias X.Y\ndefmodule Y.Z do end", ["X.Y.Z"]],
    ["in a function", "defmodule A do\ndef f do\ndefmodule B do end\nend\nend", ["A", "A.B"]],
    ["in parentheses", "defmodule(A, do: (def f, do: 1))", ["A"]],
    ["computed", "defmodule Module.concat(A,\n B) do end", ["Module.concat(A, B)"]],
  ])("%s", (_, text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test("a computed one, and all inside it, is a template", () => {
    const [outer, inner] = modulesOf(
      "defmodule name do\ndef f, do: 1\ndefmodule B do\ndef g, do: 1\nend\nend",
    );
    expect(outer?.clauses.map((clause) => clause.template)).toEqual([true]);
    expect(inner?.clauses.map((clause) => clause.template)).toEqual([true]);
    expect(modulesOf("defmodule A do\ndef f, do: 1\nend")[0]?.clauses[0]?.template).toBe(false);
  });

  test("code that is only quoted, and protocols, are no modules", () => {
    expect(names("quote do\ndefmodule A do end\nend\ndefprotocol P do\ndef f(x)\nend")).toEqual([]);
  });
});

const insideA = (text: string): string => `defmodule A do\nalias X.Y\n${text}\nend`;

describe("an implementation's name", () => {
  test.each([
    ["for one", insideA("defimpl P, for: Y.Z do end"), "P.X.Y.Z"],
    ["for its module", insideA("defimpl P do end"), "P.A"],
    ["for __MODULE__", insideA("defimpl P, for: __MODULE__.B do end"), "P.A.B"],
    ["of an aliased protocol", insideA("defimpl Y, for: Atom do end"), "X.Y.Atom"],
    ["for several", insideA("defimpl P, for: [Y, Atom] do end"), "P.{X.Y, Atom}"],
    ["for what is computed", insideA("defimpl P, for: unquote(x) do end"), "P for unquote(x)"],
  ])("%s", (_, text, expected) => {
    expect(names(text)).toEqual(["A", expected]);
  });

  test("stands for several modules where it names several", () => {
    const [one] = modulesOf("defimpl P, for: A do\ndef f(x), do: x\nend");
    const [many] = modulesOf("defimpl P, for: [A, B] do\ndef f(x), do: x\nend");
    expect([one?.clauses[0]?.template, many?.clauses[0]?.template]).toEqual([false, true]);
    expect([one?.protocol, many?.protocol]).toEqual(["P", "P"]);
  });
});

function usedBy(text: string): string[] {
  return modulesOf(text).flatMap((module) => module.uses.map(({ target }) => target));
}

describe("aliases", () => {
  test.each([
    ["the last segment", "alias X.Y", "use Y", ["X.Y"]],
    ["and what is below it", "alias X.Y", "use Y.Z", ["X.Y.Z"]],
    ["as:", "alias X.Y, as: Q", "use Q.Z", ["X.Y.Z"]],
    ["a group", "alias X.{A, B.C}", "use A\nuse C", ["X.A", "X.B.C"]],
    ["a group over lines", "alias X.{\n  A,\n  # why\n  B\n}", "use B", ["X.B"]],
    ["of an alias", "alias X.Y\nalias Y.Z", "use Z", ["X.Y.Z"]],
    ["by require", "require X.Y, as: Q\nrequire X.N", "use Q\nuse N", ["X.Y", "N"]],
    ["of __MODULE__", "alias __MODULE__.{A}", "use A", ["M.A"]],
    ["Elixir. goes around them", "alias X.Y", "use Elixir.Y", ["Y"]],
    ["several at once", "", "use X.{A, B}", ["X.A", "X.B"]],
    ["a nested module", "defmodule In.Ner do end", "use In.Ner", ["M.In.Ner"]],
  ])("%s", (_, before, use, expected) => {
    expect(usedBy(`defmodule M do\n${before}\n${use}\nend`)).toEqual(expected);
  });

  test("end with their block", () => {
    const text =
      "defmodule M do\nif true do\nalias X.Y\nend\ndefmodule A do\nalias X.Z\nend\nuse Y\nuse Z\nend";
    expect(usedBy(text)).toEqual(["Y", "Z"]);
  });
});

test("of a module that is defined twice, the first in path order counts", () => {
  const index = indexOf("defmodule A do\nuse First\nend", "defmodule A do\nuse Second\nend");
  expect(index.modules.get("A")?.uses.map(({ target }) => target)).toEqual(["First"]);
});

const bodyOf = (text: string): string | undefined => {
  const start = modulesOf(text)[0]?.bodyStart;
  return start === undefined ? undefined : text.slice(start);
};

describe("where `require` goes", () => {
  test.each([
    ["behind do", "defmodule A do\n:a end", "\n:a end"],
    ["behind the parenthesis", "defmodule A, do: (:a)", ":a)"],
    ["behind a semicolon", "defmodule A do; :a end", " :a end"],
    ["behind a semicolon further down", "defmodule A do # ; no\n\n  ; :a end", " :a end"],
    ["nowhere without a block", "defmodule A, do: :a", undefined],
  ])("%s", (_, text, expected) => {
    expect(bodyOf(text)).toBe(expected);
  });
});
