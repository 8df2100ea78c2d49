import { describe, expect, test } from "vitest";
import { elixirParser, parseTree, type SyntaxTree } from "../../src/parser/index.ts";
import { factsOf } from "../support/core.ts";

const parser = await elixirParser();

function parse(text: string): SyntaxTree {
  return parseTree(parser, { path: "a.ex", text });
}

describe("a tree", () => {
  test("of valid code has no faults", () => {
    const tree = parse("defmodule A do\n  def é(x), do: x\nend\n");
    expect(tree.faults).toEqual([]);
    tree.dispose();
  });

  test("counts as JavaScript counts", () => {
    const text = '"🎉é" ; x = (1';
    const tree = parse(text);
    for (const { start, end } of tree.faults) expect(start <= end && end <= text.length).toBe(true);
    expect(tree.faults.length).toBeGreaterThan(0);
    tree.dispose();
    const valid = parse('"🎉é"\n:after');
    expect(valid.root.namedChildren.map((node) => node.startIndex)).toEqual([0, 6]);
    valid.dispose();
  });

  test.each(["def f(", "fn ->", '"', "[1", "%{", "\u0000"])(
    "of %j has faults, and does not throw",
    (text) => {
      const tree = parse(text);
      expect(tree.faults.length).toBeGreaterThan(0);
      tree.dispose();
    },
  );

  test.each(["end", "1 +", "a:b"])("of %j has none, though Elixir does not take it", (text) => {
    const tree = parse(text);
    expect(tree.faults).toEqual([]);
    tree.dispose();
  });

  test("leaves nothing behind once it is disposed", () => {
    const text = `defmodule A do\n${"  def f(x), do: {x, [x, %{a: x}]}\n".repeat(2000)}end\n`;
    const measure = (): number => {
      for (let round = 0; round < 20; round += 1) parse(text).dispose();
      return process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    };
    const first = measure();
    expect(measure() - first).toBeLessThan(text.length * 20);
  });
});

test("a file with a fault says where, and gives no modules", () => {
  const facts = factsOf({ path: "a.ex", text: "defmodule A do\n  def f(x), do: x\nend\n\n  (1" });
  expect(facts.modules).toEqual([]);
  expect(facts.fault).toEqual({ line: 5, column: 5 });
});
