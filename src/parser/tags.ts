import type { Node } from "web-tree-sitter";
import { codeChildren, isBinary, typeOf } from "./syntax.ts";

const LITERALS: ReadonlySet<string> = new Set("atom integer boolean nil alias".split(" "));

/**
 * What tells values and patterns apart at a glance: an atom, a number, a text, a tuple that begins with an atom. Empty:
 * anything. Where two tags are there and differ, the pattern does not match the value.
 */
export function tagOf(node: Node): string {
  const type = typeOf(node);
  if (LITERALS.has(type)) return node.text;
  if (type === "string")
    return codeChildren(node).some((part) => typeOf(part) === "interpolation") ? "" : node.text;
  if (type === "tuple") return tupleTag(codeChildren(node));
  if (!isBinary(node, "=")) return "";
  return ["left", "right"]
    .map((side) => node.childForFieldName(side))
    .reduce((tag, part) => tag || tagIn(part), "");
}

function tagIn(node: Node | null): string {
  return node === null ? "" : tagOf(node);
}

function tupleTag(items: readonly Node[]): string {
  const [first] = items;
  return first !== undefined && typeOf(first) === "atom" ? `{${first.text}/${items.length}}` : "";
}

/** Whether a call with arguments of these tags may come to a clause with parameters of those. */
export function mayMatch(args: readonly string[], parameters: readonly string[]): boolean {
  return args.every((tag, at) => tag === "" || (parameters[at] ?? "") === "" || tag === parameters[at]);
}
