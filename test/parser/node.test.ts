import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Language, Parser as Runtime, type Node as Foreign } from "web-tree-sitter";
import { beforeAll, expect, test } from "vitest";
import { elixirParser } from "../../src/parser/grammar.ts";
import { withTree, type Node, type Parser } from "../../src/parser/tree.ts";

let parser: Parser;
let runtime: Runtime;
let language: Language;

beforeAll(async () => {
  parser = await elixirParser();
  language = await Language.load(
    createRequire(import.meta.url).resolve("tree-sitter-elixir/tree-sitter-elixir.wasm"),
  );
  runtime = new Runtime().setLanguage(language);
});

function placesOf(node: Node | Foreign | null): unknown[] | undefined {
  if (node === null) return undefined;
  const { type, startIndex, endIndex, text, isNamed, isError, isMissing, hasError, id } = node;
  return [type, startIndex, endIndex, text, isNamed, isError, isMissing, hasError, id];
}

/** Everything that the readers ask of a node, as one value; `id` only as it tells nodes apart. */
function told(node: Node | Foreign, numbers: Map<number, number>): unknown {
  const { id, startPosition, endPosition, namedChildren, children, parent } = node;
  const numbered = (one: Node | Foreign | null): unknown =>
    placesOf(one)?.with(-1, numbers.get(one?.id ?? -1) ?? numbers.set(one?.id ?? -1, numbers.size).size - 1);
  return {
    own: numbered(node),
    again: id === children[0]?.parent?.id,
    startPosition: { ...startPosition },
    endPosition: { ...endPosition },
    parent: numbered(parent),
    named: namedChildren.map((child) => numbered(child)),
    fields: language.fields.map((name) => name && numbered(node.childForFieldName(name))),
    at: numbered(node.descendantForIndex(node.startIndex, node.startIndex + 1)),
    namedAt: numbered(node.namedDescendantForIndex(node.endIndex)),
  };
}

function compare(text: string, path: string): number {
  const tree = runtime.parse(text);
  if (tree === null) throw new Error("no tree");
  const count = withTree(parser, { path, text }, ({ root }) => {
    const [ours, theirs] = [new Map<number, number>(), new Map<number, number>()];
    const open: [Node, Foreign][] = [[root, tree.rootNode]];
    let nodes = 0;
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      const [own, foreign] = pair;
      expect(told(own, ours), path).toEqual(told(foreign, theirs));
      nodes += 1;
      own.children.forEach((child, at) => open.push([child, foreign.children[at] as Foreign]));
    }
    for (const types of ["comment", "call", "identifier", ["call", "tuple"]])
      expect(root.descendantsOfType(types).map((one) => placesOf(one)?.slice(0, 4))).toEqual(
        theirsOf(tree.rootNode, types).map((one) => placesOf(one)?.slice(0, 4)),
      );
    return nodes;
  });
  tree.delete();
  return count;
}

function theirsOf(root: Foreign, types: string | string[]): Foreign[] {
  return root.descendantsOfType(types).filter((node) => node !== null);
}

const CORPUS = new URL("../../fixtures/corpus/", import.meta.url);
// What `notin.ex` holds is not parsed as it is written.
const FILES = readdirSync(CORPUS, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.exs?$/.test(name) && name !== "notin.ex",
);

test.each(FILES)("what is read of %s is what the runtime says", (name) => {
  expect(compare(readFileSync(new URL(name, CORPUS), "utf8"), name)).toBeGreaterThan(0);
});

test.each([
  ["a text with faults", "defmodule A do\n  def f(x do\n    [1, 2\n  end\nend\n"],
  ["an unfinished one", "def f(x), do: (1 +"],
  ["one without code", "\n\n  # nothing\n"],
  ["an empty one", ""],
  ["letters of two units, a mark of the byte order", '\uFEFFx = "\u{1F600}\u{1F600}" <> `\n:ä = y\r\n'],
])("of %s, too", (name, text) => {
  expect(compare(text, name)).toBeGreaterThan(0);
});
