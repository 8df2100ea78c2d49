import type { Node } from "./node.ts";
import {
  atomName,
  attribute,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  operatorOf,
} from "./syntax.ts";
import { mixfileReads, type ReadPath } from "./read-paths.ts";
import { pathDependencies, plainText, type PathDependency } from "./path-dependencies.ts";
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
  /** Line of a part of `elixirc_paths` that only running the file would tell; undefined where all was read. */
  readonly unreadLine: number | undefined;
  readonly pathDependencies: readonly PathDependency[];
  /** What it reads while it is loaded. */
  readonly reads: readonly ReadPath[];
}

/** Reads a `mix.exs`. Where `elixirc_paths` is absent or tells nothing, Mix's own default stands in for it. */
export function readMixfile(tree: SyntaxTree): MixfileInfo {
  const modules = tree.root.descendantsOfType("call").filter((call) => localCallName(call) === "defmodule");
  const module = modules.find(usesMixProject);
  const calls = module?.descendantsOfType("call") ?? [];
  const functions = calls.filter((call) => ["def", "defp"].includes(localCallName(call) ?? ""));
  const project = functions.filter((call) => functionName(call) === "project");
  const reader = new PathReader(module ?? tree.root, functions);
  // No other key of this name means anything to Mix, so it may stand in a helper or an attribute.
  const paths = module && pairValue([module], "elixirc_paths");
  const dirs = [...new Set(paths === undefined ? [] : reader.read(paths))];
  return {
    app: atomName(pairValue(project, "app") ?? (module && pairValue([module], "app"))),
    moduleEnd: module && doBlock(module)?.lastChild?.startIndex,
    definesApplication: functions.some((call) => functionName(call) === "application"),
    sourceDirs: dirs.length > 0 ? dirs : ["lib"],
    unreadLine: reader.unreadLine ?? (paths === undefined ? hiddenPaths(module, project) : undefined),
    pathDependencies: module === undefined ? [] : pathDependencies(module),
    reads: mixfileReads(tree),
  };
}

/** Where source folders may be named that no `elixirc_paths:` shows: the project is not one plain list. */
function hiddenPaths(module: Node | undefined, project: readonly Node[]): number | undefined {
  const atom = module?.descendantsOfType("atom").find((node) => node.text === ":elixirc_paths");
  if (atom !== undefined) return atom.startPosition.row + 1;
  const computed = project.find((definition) => !endsInList(definition));
  return computed && computed.startPosition.row + 1;
}

function endsInList(definition: Node): boolean {
  const block = doBlock(definition);
  const value = block ? codeChildren(block).at(-1) : keywordPairs(callArguments(definition).at(-1)).get("do");
  return value?.type === "list" && !codeChildren(value).some((item) => isBinary(item, "|"));
}

function usesMixProject(module: Node): boolean {
  const body = doBlock(module);
  return (body ? codeChildren(body) : []).some(
    (node) => localCallName(node) === "use" && callArguments(node)[0]?.text === "Mix.Project",
  );
}

function pairValue(within: readonly Node[], key: string): Node | undefined {
  for (const pair of within.flatMap((node) => node.descendantsOfType("pair")))
    if (pair.childForFieldName("key")?.text.trimEnd() === `${key}:`)
      return pair.childForFieldName("value") ?? undefined;
  return undefined;
}

/** Reads lists of strings in the forms that people write, and remembers where it could not. */
class PathReader {
  unreadLine: number | undefined;
  readonly #root: Node;
  readonly #functions: readonly Node[];
  /** Names on the way: a name that means itself means nothing. */
  readonly #names: string[] = [];

  constructor(root: Node, functions: readonly Node[]) {
    this.#root = root;
    this.#functions = functions;
  }

  read(node: Node): string[] {
    switch (node.type) {
      case "list":
      case "block":
      case "body":
      case "else_block":
      case "do_block":
        return codeChildren(node).flatMap((child) => this.read(child));
      case "string":
        return this.#readString(node);
      case "sigil":
        return this.#readSigil(node);
      case "binary_operator":
        return isBinary(node, "++") || isBinary(node, "|") ? this.#readFields(node) : this.#giveUp(node);
      case "unary_operator":
        return this.#readName(node, `@${attribute(node)?.name}`, this.#attributeValues(node));
      case "call":
      case "identifier":
        return this.#readCall(node);
      default:
        return this.#giveUp(node);
    }
  }

  #readString(node: Node): string[] {
    const text = plainText(node);
    return text === undefined ? this.#giveUp(node) : [text];
  }

  #readFields(node: Node): string[] {
    return ["left", "right"].flatMap((field) => {
      const side = node.childForFieldName(field);
      return side === null ? [] : this.read(side);
    });
  }

  #readSigil(node: Node): string[] {
    const words = node.namedChildren
      .filter((child) => child.type === "quoted_content")
      .map((child) => child.text);
    return node.text.startsWith("~w") ? words.join("").split(/\s+/).filter(Boolean) : this.#giveUp(node);
  }

  /** A function by its clauses that are not for tests; `if` by both branches, for the condition is not known. */
  #readCall(node: Node): string[] {
    const name = localCallName(node) ?? node.text;
    if (name === "if" || name === "unless") return this.#readBodies(node);
    const clauses = this.#functions.filter(
      (call) => functionName(call) === name && firstParameter(call) !== "test",
    );
    return this.#readName(node, name, clauses);
  }

  #readName(node: Node, name: string, values: readonly Node[]): string[] {
    if (values.length === 0 || this.#names.includes(name)) return this.#giveUp(node);
    this.#names.push(name);
    const found = values.flatMap((value) =>
      value.type === "call" ? this.#readBodies(value) : this.read(value),
    );
    this.#names.pop();
    return found;
  }

  #readBodies(call: Node): string[] {
    const block = doBlock(call);
    if (block !== undefined) return this.read(block);
    const pairs = keywordPairs(callArguments(call).at(-1));
    return ["do", "else"].flatMap((key) => {
      const value = pairs.get(key);
      return value === undefined ? [] : this.read(value);
    });
  }

  #attributeValues(node: Node): Node[] {
    const wanted = attribute(node)?.name;
    const attributes = this.#root
      .descendantsOfType("unary_operator")
      .filter((one) => operatorOf(one) === "@");
    return attributes.flatMap((one) => {
      const { name, value } = attribute(one) ?? {};
      return name === wanted && value !== undefined ? [value] : [];
    });
  }

  #giveUp(node: Node): string[] {
    this.unreadLine ??= node.startPosition.row + 1;
    return [];
  }
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
