import type { Node } from "./node.ts";
import {
  atomName,
  attribute,
  callArguments,
  codeChildren,
  doBlock,
  keywordPairs,
  localCallName,
} from "./syntax.ts";
import { pathText } from "./path-dependencies.ts";
import type { SyntaxTree } from "./tree.ts";

/** A dependency that a `mix.exs` lists, whatever is chosen at run time: `{:jason, "~> 1.4"}`. */
export interface ListedDependency {
  readonly name: string;
  /** Where the user keeps it, relative to the folder of the file; undefined where Mix fetches it. */
  readonly near: { readonly path: string | undefined } | undefined;
  /** Whether every environment needs it: without `only:` and `targets:`. */
  readonly always: boolean;
}

/** Choices of the file: what stands below is listed or not, and only running it would tell. */
const CHOICES: ReadonlySet<string> = new Set(["if", "unless", "case", "cond", "for", "with", "fn"]);

/** The dependencies of a `mix.exs`, as far as its text lists them. What is computed or chosen is left out. */
export function listedDependencies({ root }: SyntaxTree): ListedDependency[] {
  const lists = root
    .descendantsOfType("pair")
    .filter((pair) => pair.childForFieldName("key")?.text.trimEnd() === "deps:")
    .flatMap((pair) => pair.childForFieldName("value") ?? []);
  const found = lists.slice(0, 1).flatMap((list) => itemsOf(root, list, []));
  return found.map(({ name, options }) => {
    const isNear = options.has("path") || options.has("in_umbrella");
    const near = isNear ? { path: pathText(options.get("path")) } : undefined;
    return { name, near, always: !options.has("only") && !options.has("targets") };
  });
}

interface Item {
  readonly name: string;
  readonly options: ReadonlyMap<string, Node>;
}

/** `names`: functions and attributes on the way; one that means itself means nothing. */
function itemsOf(root: Node, node: Node, names: readonly string[]): Item[] {
  if (node.type === "tuple") return tupleItem(node);
  if (node.type === "keywords")
    return [...keywordPairs(node)].map(([name, value]) => ({ name, options: keywordPairs(value) }));
  const name =
    attribute(node)?.name ?? localCallName(node) ?? (node.type === "identifier" ? node.text : undefined);
  if (name === undefined) {
    const passes = ["list", "binary_operator", "body", "block", "do_block"].includes(node.type);
    return passes ? codeChildren(node).flatMap((child) => itemsOf(root, child, names)) : [];
  }
  if (CHOICES.has(name) || names.includes(name)) return [];
  return valuesOf(root, node, name).flatMap((value) => itemsOf(root, value, [...names, name]));
}

function tupleItem(tuple: Node): Item[] {
  const [first, ...rest] = codeChildren(tuple);
  const name = atomName(first);
  return name === undefined ? [] : [{ name, options: keywordPairs(rest.at(-1)) }];
}

/** What a name stands for: the attribute, or a function that has one clause and takes nothing. */
function valuesOf(root: Node, use: Node, name: string): Node[] {
  if (use.type === "unary_operator")
    return root
      .descendantsOfType("unary_operator")
      .map(attribute)
      .flatMap((one) => (one?.name === name && one.value !== undefined ? [one.value] : []));
  const clauses = root.descendantsOfType("call").filter((call) => definedName(call) === name);
  const [clause] = clauses;
  if (clause === undefined || clauses.length > 1) return [];
  const body = doBlock(clause) ?? keywordPairs(callArguments(clause).at(-1)).get("do");
  return body === undefined ? [] : [body];
}

function definedName(call: Node): string | undefined {
  if (!["def", "defp"].includes(localCallName(call) ?? "")) return undefined;
  const [head] = callArguments(call);
  if (head?.type === "identifier") return head.text;
  return head !== undefined && callArguments(head).length === 0 ? localCallName(head) : undefined;
}
