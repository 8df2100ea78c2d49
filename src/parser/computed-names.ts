import type { Node } from "./node.ts";
import { callArguments, codeChildren, isBinary, typeOf } from "./syntax.ts";

/** What makes an atom of a text. */
const TO_ATOM = /^(?:String\.to_(?:existing_)?atom|:erlang\.binary_to_(?:existing_)?atom)$/;

/** Of a text of which nothing is known. */
const UNKNOWN: readonly string[] = ["", ""];

/** The fixed parts of an atom that is computed: of `:"st_#{x}"`, `String.to_atom("st_" <> x)`. */
export function computedName(node: Node | undefined): { readonly parts?: readonly string[] } {
  const parts = node && atomParts(node);
  return parts?.some((part) => part !== "") ? { parts } : {};
}

function atomParts(node: Node): readonly string[] {
  const type = typeOf(node);
  if (type === "quoted_atom") return contentParts(node);
  if (isBinary(node, "|>")) {
    const [left, right] = codeChildren(node);
    return left && right && isToAtom(right) ? textParts(left) : UNKNOWN;
  }
  const [text] = type === "call" && isToAtom(node) ? callArguments(node) : [];
  return text === undefined ? UNKNOWN : textParts(text);
}

function isToAtom(call: Node): boolean {
  return TO_ATOM.test(call.childForFieldName("target")?.text ?? "");
}

function textParts(node: Node): readonly string[] {
  if (typeOf(node) === "string") return contentParts(node);
  if (!isBinary(node, "<>")) return UNKNOWN;
  return codeChildren(node).map(textParts).reduce(joined);
}

/** Without what is put in, and without escapes: they are spelled in several ways. */
function contentParts(quoted: Node): readonly string[] {
  const parts = codeChildren(quoted).map((part) => (part.type === "quoted_content" ? [part.text] : UNKNOWN));
  return parts.length === 0 ? [""] : parts.reduce(joined);
}

function joined(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...left.slice(0, -1), `${left.at(-1)}${right[0]}`, ...right.slice(1)];
}
