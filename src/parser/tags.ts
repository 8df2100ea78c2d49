import type { Node } from "./node.ts";
import { codeChildren, isBinary, typeOf } from "./syntax.ts";

/**
 * What tells values and patterns apart at a glance: an atom, a number, a text, a tuple that begins with an atom, a list
 * with or without elements, a map. Empty: anything. Where two tags are there and differ, the pattern does not match the value.
 */
export function tagOf(node: Node): string {
  switch (typeOf(node)) {
    case "atom":
      return node.text;
    case "boolean":
    case "nil":
      return `:${node.text}`;
    case "integer":
      return integerTag(node.text);
    case "string":
      return isPlain(node) ? node.text : "";
    case "list":
      return codeChildren(node).length === 0 ? "[]" : "[_]";
    case "map":
      return "%{}";
    case "tuple":
      return tupleTag(codeChildren(node));
    default:
      return isBinary(node, "=")
        ? tagIn(node.childForFieldName("left")) || tagIn(node.childForFieldName("right"))
        : "";
  }
}

/** One number has several spellings: `1_000`, `0x3E8`. */
function integerTag(text: string): string {
  return /^[\dxobA-Fa-f_]+$/.test(text) ? BigInt(text.replaceAll("_", "")).toString() : "";
}

/** A text with nothing in it that stands for something else. */
function isPlain({ text }: Node): boolean {
  return !/\\|#\{|^"""/.test(text);
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
