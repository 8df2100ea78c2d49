import type { Node } from "./node.ts";
import type { AttributeInfo } from "./facts.ts";
import { typeOf } from "./syntax.ts";

const NAME = /@\s*([a-z_]\w*)(?=[\s(])/y;

/** A documentation may be long; nobody compares so much of it. */
const MOST = 200;

/** What a statement `@name value` sets; undefined for every other node. Read from the text, which is cheaper than the tree. */
export function readAttribute(node: Node, text: string): AttributeInfo | undefined {
  NAME.lastIndex = node.startIndex;
  const name = NAME.exec(text)?.[1];
  if (name === undefined || typeOf(node) !== "unary_operator") return undefined;
  const value = text.slice(NAME.lastIndex, Math.min(node.endIndex, NAME.lastIndex + MOST));
  return { name, text: value.replaceAll(/\s+/g, " ").trim(), line: node.startPosition.row + 1 };
}
