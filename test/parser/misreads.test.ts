import { describe, expect, test } from "vitest";
import { clausesOf, factsOf, faultsOf } from "../support/core.ts";

function obstacles(body: string): (string | undefined)[] {
  return clausesOf(body).map((clause) => clause.obstacle);
}

const misread = (line: number, column: number): string =>
  `the grammar misreads valid code in it, at line ${line}, column ${column}`;

describe("valid code that the grammar misreads", () => {
  test.each(["info", "order", "android", "whenever", "in_stock", "or_else?"])("a clause `%s ->`", (word) => {
    const body = `def f(x) do\n  case x do\n    1 ->\n      a()\n      b(x)\n    ${word} -> x\n  end\nend`;
    expect(obstacles(body)).toEqual([misread(7, 5)]);
  });

  test("a clause like that in `fn`", () => {
    expect(obstacles("def f do\n fn\n 1 ->\n a()\n 2\n order -> order\n end\nend")).toEqual([misread(7, 2)]);
  });

  test.each([
    ["def f(x), do: g(x..-1)", 20],
    ["def f(x), do: x..-1", 18],
    ["def f(x), do: g(x .. -1)", 21],
    ["def f(x), do: [x..-1, 2]", 20],
    ["def f(x), do: {x, x..+1}", 23],
    ["def f(x), do: g(@x..-1, 2)", 21],
  ])("%s", (body) => {
    expect(obstacles(body)).toEqual([
      expect.stringMatching(/^the grammar misreads valid code in it, at line 2, /),
    ]);
  });
});

describe("what only looks like it", () => {
  test.each([
    "def f(x) do\n  case x do\n    1 -> b(x)\n    info -> info\n  end\nend",
    "def f(x) do\n  a(x)\n  info = 1\n  order(info)\nend",
    "def f(x) do\n  x\n  and true\n  or false\n  in [true]\nend",
    "def f(x)\n  when x\n  when not x,\n  do: x",
    'def f(x), do: """\n  info\n  x..-1\n"""',
    "def f(x), do: x # g(y..-1)",
    "def f(x), do: g(1..-1)",
    "def f(x), do: Enum.slice(x, 1..length(x) - 1)",
    "def f(x) do\n  x..-1\nend",
    "@spec f((... -> x)) :: x\ndef f(x), do: x",
  ])("%s", (body) => {
    expect(obstacles(body)).toEqual([undefined]);
  });
});

test("only the definition around it is left alone", () => {
  expect(obstacles("def f(x), do: x\ndef g(x), do: h(x..-1)\ndef i(x), do: x")).toEqual([
    undefined,
    misread(3, 20).replace(/column \d+/, "column 18"),
    undefined,
  ]);
});

test.each([
  "fn -> x;\n y\nend",
  "case x do\n  1 -> x;\n  y\nend",
  "f(x) [key]",
  "f.() do\n x\nend",
  "%x.y{}",
  '"#{a; b}"',
  "変数 = 1",
])("what the grammar rejects, though Elixir takes it, is a fault of the file: %s", (code) => {
  expect(faultsOf(code)).toBeGreaterThan(0);
});

test.each(["fn -> x; end", "fn x -> x; y\nend", "if x do\n  x;\n  y\nend", "f(x)[key]"])(
  "what is near to it, is none: %s",
  (code) => {
    expect(faultsOf(code)).toBe(0);
  },
);

describe("a function called notin", () => {
  test.each([
    "def notin(a, b), do: a not in b",
    "defp notin(a, b) do\n  a not in b\nend",
    "def notin(a, b) when a not in [b], do: [notin: &notin/2]",
    "def notin(a, b) do\n  # notin(1)\n  notin = :notin\n  notin(a, {notin, b})\nend",
  ])("is read as any other: %s", (definition) => {
    const text = `defmodule A do\ndef a, do: "notin(1)"\n${definition}\ndef f(x, y), do: x |> notin(y)\nend\n`;
    const { modules, fault } = factsOf({ path: "a.ex", text });
    expect(fault).toBeUndefined();
    const [a, notin, f] = modules[0]?.clauses ?? [];
    expect([a?.name, notin?.name, notin?.arity, notin?.obstacle]).toEqual(["a", "notin", 2, undefined]);
    expect(f?.tails.calls).toContainEqual(expect.objectContaining({ name: "notin", arity: 2 }));
  });

  test.each(["notin?(x)", "notinside(x)", "not_in(x)", "M.notin(x)", ":notin", "[notin: 1]", "x # notin(x)"])(
    "is none: %s",
    (code) => {
      expect(obstacles(`def f(x) do\n  ${code}\nend`)).toEqual([undefined]);
    },
  );
});
