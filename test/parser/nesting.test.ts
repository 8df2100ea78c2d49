import { expect, test } from "vitest";
import { collectFacts, elixirParser, readAbout, readTemplate, withTree } from "../../src/parser/index.ts";
import { ROOT_SCOPE } from "../../src/parser/names.ts";

const parser = await elixirParser();

const server = (body: string): string => `defmodule M do\n  use GenServer\n  def init(x), do: ${body}\nend\n`;
const nested = (open: string, inner: string, close: string, depth = 6000): string =>
  open.repeat(depth) + inner + close.repeat(depth);

test.each([
  ["functions", server(nested("Enum.map(x, fn x -> ", "x", " end)"))],
  ["conditions", server(`(\n${nested("if x do\n", "x\n", "end\n")})`)],
  ["parentheses", server(nested("(", "x", ")", 100_000))],
  ["modules", nested("defmodule A do\n", "", "end\n")],
  ["a module under conditions", nested("if true do\n", "defmodule A do\nend\n", "end\n")],
  [
    "quotes",
    `defmodule M do\n  defmacro __using__(_) do\n${nested("quote do\n", "1\n", "end\n")}  end\nend\n`,
  ],
])("what is nested too deeply is told with its place, and nothing breaks: %s", (_, text) => {
  const { facts, about } = withTree(parser, { path: "lib/a.ex", text }, (tree) => {
    return { facts: collectFacts(tree), about: readAbout(tree) };
  });
  expect(facts).toMatchObject({ modules: [], fault: { line: expect.any(Number), tooDeep: true } });
  expect(
    about.tooDeep ?? about.modules.flatMap(({ definitions }) => definitions.flatMap(({ cut }) => cut)),
  ).not.toEqual([]);
});

test("what does not parse may be nested as deeply as anybody likes", () => {
  const text = server(nested("(", "x @", ")"));
  const facts = withTree(parser, { path: "lib/a.ex", text }, (tree) => collectFacts(tree));
  expect(facts.fault).toEqual({ line: 3, column: expect.any(Number) });
});

test("a template that is nested too deeply is not read, and says so", () => {
  const text = `<div :if={${nested("[", "1", "]")}} />\n<.x />`;
  const { unread } = readTemplate(text, { scope: ROOT_SCOPE, line: 7, curly: true });
  expect(unread).toEqual([8]);
});
