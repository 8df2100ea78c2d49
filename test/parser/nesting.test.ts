import { expect, test } from "vitest";
import {
  collectFacts,
  elixirParser,
  readAbout,
  readTemplate,
  withTree,
  type FileAbout,
  type FileFacts,
} from "../../src/parser/index.ts";
import { ROOT_SCOPE } from "../../src/parser/names.ts";

const parser = await elixirParser();

const server = (body: string): string => `defmodule M do\n  use GenServer\n  def init(x), do: ${body}\nend\n`;
const nested = (open: string, inner: string, close: string, depth = 6000): string =>
  open.repeat(depth) + inner + close.repeat(depth);

function read(text: string): { readonly facts: FileFacts; readonly about: FileAbout } {
  return withTree(parser, { path: "lib/a.ex", text }, (tree) => {
    return { facts: collectFacts(tree), about: readAbout(tree) };
  });
}

test.each([
  ["functions", server(nested("Enum.map(x, fn x -> ", "x", " end)", 1500))],
  ["conditions", server(`(\n${nested("if x do\n", "x\n", "end\n", 2000)})`)],
  ["parentheses", server(nested("(", "x", ")", 20_000))],
  [
    "quotes",
    `defmodule M do\n  defmacro init(_) do\n${nested("quote do\n", "1\n", "end\n", 3000)}  end\nend\n`,
  ],
])("of what is nested too deeply in a function only that one is left out: %s", (_, text) => {
  const { facts, about } = read(text.replace(/end\n$/, "  def other(x), do: x\nend\n"));
  expect(facts.fault).toBeUndefined();
  expect(facts.modules[0]?.clauses.map(({ name, obstacle }) => [name, obstacle])).toEqual([
    ["init", "it is nested too deeply to be read"],
    ["other", undefined],
  ]);
  expect(facts.modules[0]?.clauses[0]?.tails.open).toEqual([{ kind: "function", arity: undefined }]);
  const definitions = about.modules.flatMap((module) => module.definitions);
  expect(definitions.map(({ name, cut }) => [name, cut.length])).toEqual([
    ["init", 1],
    ["other", 0],
  ]);
});

test("a pipe may have as many steps as anybody likes", () => {
  const { facts } = read(server(`x${" |> step()".repeat(5000)}`));
  const [clause] = facts.modules[0]?.clauses ?? [];
  expect(clause?.obstacle).toBeUndefined();
  expect(clause?.tails.calls).toMatchObject([{ name: "step", arity: 1 }]);
  // A file's facts are kept as JSON.
  expect(JSON.stringify(facts).length).toBeGreaterThan(1000);
});

test.each([
  ["modules", nested("defmodule A do\n", "", "end\n")],
  ["a module under conditions", nested("if true do\n", "defmodule A do\nend\n", "end\n")],
])("a file that is nested too deeply is told with its place: %s", (_, text) => {
  const { facts, about } = read(text);
  expect(facts).toMatchObject({ modules: [], fault: { line: expect.any(Number), tooDeep: true } });
  expect(about.tooDeep).toBeDefined();
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
