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
    ["def notin(a, b), do: a not in b", 3, 5],
    ["defp notin(a, b) do\n  a not in b\nend", 3, 6],
    ["def f(x), do: notin(x)", 3, 15],
  ])("makes the file unreadable, at its name: %s", (definition, line, column) => {
    const source = { path: "a.ex", text: `defmodule A do\ndef a, do: "notin(1)"\n${definition}\nend\n` };
    expect(factsOf(source)).toMatchObject({ modules: [], fault: { line, column, misread: "notin" } });
  });

  test("is found where the grammar sees no fault", () => {
    expect(obstacles("def f(x) do\n  x\n  notin(x)\nend")).toEqual([misread(4, 3)]);
    expect(obstacles("def f(x), do: g(x, &notin/1)")).toEqual([misread(2, 21)]);
  });

  test.each(["notin?(x)", "notinside(x)", "not_in(x)", "M.notin(x)", ":notin", "[notin: 1]", "x # notin(x)"])(
    "is none: %s",
    (code) => {
      expect(obstacles(`def f(x) do\n  ${code}\nend`)).toEqual([undefined]);
    },
  );
});
