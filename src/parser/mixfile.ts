import type { Node } from "web-tree-sitter";
import { atomName, callArguments, codeChildren, doBlock, localCallName } from "./syntax.ts";
import type { SyntaxTree } from "./tree.ts";

/** What a `mix.exs` says in its text: it is read, never run. */
export interface MixfileInfo {
  /** `app:` of the project. */
  readonly app: string | undefined;
  /** Offset of the `end` of the module that has `use Mix.Project`; undefined where there is no such module. */
  readonly moduleEnd: number | undefined;
  readonly definesApplication: boolean;
  /** The folders that Mix compiles outside of the test environment, relative to the file. */
  readonly sourceDirs: readonly string[];
}

/** Reads a `mix.exs`. A value in a form that cannot be read counts as absent: Mix's own default stands in for it. */
export function readMixfile(tree: SyntaxTree): MixfileInfo {
  const calls = tree.root.descendantsOfType("call");
  const module = calls.find((call) => localCallName(call) === "defmodule" && usesMixProject(call));
  const functions = calls.filter((call) => ["def", "defp"].includes(localCallName(call) ?? ""));
  const paths = projectValue(tree.root, "elixirc_paths");
  const dirs = paths === undefined ? [] : readPaths(paths, functions);
  return {
    app: atomName(projectValue(tree.root, "app")),
    moduleEnd: module && doBlock(module)?.lastChild?.startIndex,
    definesApplication: functions.some((call) => functionName(call) === "application"),
    sourceDirs: dirs.length > 0 ? dirs : ["lib"],
  };
}

function usesMixProject(module: Node): boolean {
  const body = doBlock(module);
  return (body ? codeChildren(body) : []).some(
    (node) => localCallName(node) === "use" && callArguments(node)[0]?.text === "Mix.Project",
  );
}

function projectValue(root: Node, key: string): Node | undefined {
  for (const pair of root.descendantsOfType("pair"))
    if (pair.childForFieldName("key")?.text.trimEnd() === `${key}:`)
      return pair.childForFieldName("value") ?? undefined;
  return undefined;
}

/** The strings of a list, or of the clauses of a local function that are not for the test environment. */
function readPaths(value: Node, functions: readonly Node[]): string[] {
  if (value.type === "list") return codeChildren(value).flatMap(stringValue);
  const called = localCallName(value) ?? (value.type === "identifier" ? value.text : undefined);
  const clauses = functions.filter(
    (call) => functionName(call) === called && firstParameter(call) !== "test",
  );
  return [...new Set(clauses.flatMap((clause) => clause.descendantsOfType("string").flatMap(stringValue)))];
}

function functionName(definition: Node): string | undefined {
  const head = definitionHead(definition);
  return head && (localCallName(head) ?? (head.type === "identifier" ? head.text : undefined));
}

function firstParameter(definition: Node): string | undefined {
  const head = definitionHead(definition);
  return head?.type === "call" ? atomName(callArguments(head)[0]) : undefined;
}

function definitionHead(definition: Node): Node | undefined {
  const first = callArguments(definition)[0];
  return first?.type === "binary_operator" ? (first.childForFieldName("left") ?? undefined) : first;
}

function stringValue(node: Node | null): string[] {
  if (node?.type !== "string") return [];
  const parts = codeChildren(node);
  return parts.every((part) => part.type === "quoted_content")
    ? [parts.map((part) => part.text).join("")]
    : [];
}
