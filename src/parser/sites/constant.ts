import type { Node } from "../node.ts";
import { codeChildren, typeOf } from "../syntax.ts";

const LITERALS: ReadonlySet<string> = new Set("integer float char boolean nil atom alias".split(" "));

const TEXTS: ReadonlySet<string> = new Set("string charlist quoted_atom quoted_keyword".split(" "));

const BLOCKS: ReadonlySet<string> = new Set(
  "do_block block body rescue_block catch_block else_block after_block".split(" "),
);

/** Texts and numbers, lists of these, and pairs that are a part of one or that nobody uses: what Elixir has no node for. */
export function isBareConstant(node: Node): boolean {
  return isConstant(node) && (typeOf(node) !== "tuple" || isUnused(node) || isPart(node));
}

function isPart({ parent }: Node): boolean {
  if (parent === null) return false;
  return typeOf(parent) === "pair" ? isConstantPair(parent) : isConstant(parent);
}

/** A statement, and not the last one. */
function isUnused(node: Node): boolean {
  const { parent } = node;
  if (parent === null || !BLOCKS.has(typeOf(parent))) return false;
  return typeOf(parent) === "after_block" || codeChildren(parent).at(-1)?.id !== node.id;
}

function isConstant(node: Node): boolean {
  const type = typeOf(node);
  const parts = codeChildren(node);
  if (TEXTS.has(type)) return parts.every((part) => typeOf(part) !== "interpolation");
  if (type === "identifier") return node.text === "__MODULE__" || node.text === "__DIR__";
  if (type === "list" || (type === "tuple" && parts.length === 2)) return parts.every(isConstant);
  if (type === "keywords") return parts.every(isConstantPair);
  return LITERALS.has(type);
}

function isConstantPair(pair: Node): boolean {
  const [key, value] = [pair.childForFieldName("key"), pair.childForFieldName("value")];
  if (key === null || value === null) return false;
  return isConstant(value) && (typeOf(key) !== "quoted_keyword" || isConstant(key));
}
