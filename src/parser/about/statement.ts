import type { Node } from "../node.ts";
import type { Scope } from "../names.ts";
import { callArguments, codeChildren, doBlock, localCallName, typeOf } from "../syntax.ts";
import type { StatementAbout } from "./about.ts";
import { readValue } from "./value.ts";

/** Reads a call in a module's body, with the calls in its block. */
export function readStatement(node: Node, name: string, scope: Scope): StatementAbout {
  const args = callArguments(node).map((argument) => readValue(argument, scope));
  const block = doBlock(node);
  const inside = block === undefined ? [] : codeChildren(block).flatMap((child) => nested(child, scope));
  return { name, line: node.startPosition.row + 1, args, inside };
}

function nested(node: Node, scope: Scope): StatementAbout[] {
  const name = localCallName(node);
  if (name !== undefined) return [readStatement(node, name, scope)];
  return typeOf(node).endsWith("_block") ? codeChildren(node).flatMap((child) => nested(child, scope)) : [];
}

/** The calls in the block of a `quote`. */
export function readQuotedBlock(node: Node, scope: Scope): StatementAbout[] {
  const block = localCallName(node) === "quote" ? doBlock(node) : undefined;
  return block === undefined ? [] : codeChildren(block).flatMap((child) => nested(child, scope));
}
