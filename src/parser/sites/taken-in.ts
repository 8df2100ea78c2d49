import type { Node } from "../node.ts";
import { callArguments, codeChildren, localCallName, typeOf } from "../syntax.ts";
import { isWrittenFunction } from "./forms.ts";
import { CALLED_THERE, COLLECTED } from "./reasons.ts";

/** Why an expression cannot be a value of its own: the compiler makes it part of what is around it. */
export function takenIn(node: Node): string | undefined {
  if (isWrittenFunction(node) && (isCalled(node) || isLastOfThen(node))) return CALLED_THERE;
  return isEmpty(node) && isCollector(node) ? COLLECTED : undefined;
}

/** `(fn … end).(x)` */
function isCalled(node: Node): boolean {
  const outer = outside(node);
  return outer !== undefined && typeOf(outer) === "dot" && outer.childForFieldName("right") === null;
}

/** `then(x, fn … end)`, `x |> then(fn … end)` */
function isLastOfThen(node: Node): boolean {
  const call = outside(node)?.parent;
  if (!call || typeOf(call) !== "call" || callArguments(call).at(-1)?.id !== node.id) return false;
  return localCallName(call) === "then" || call.childForFieldName("target")?.text === "Kernel.then";
}

function isEmpty(node: Node): boolean {
  return ["map", "bitstring"].includes(typeOf(node)) && codeChildren(node).length === 0;
}

/** `for …, into: %{}` */
function isCollector({ parent: pair }: Node): boolean {
  if (pair === null || typeOf(pair) !== "pair") return false;
  const call = pair.parent?.parent?.parent;
  const isInto = pair.childForFieldName("key")?.text.trim() === "into:";
  return isInto && call !== null && call !== undefined && localCallName(call) === "for";
}

/** What it stands in, without parentheses. */
function outside({ parent }: Node): Node | undefined {
  if (parent === null) return undefined;
  return typeOf(parent) === "block" && codeChildren(parent).length === 1 ? outside(parent) : parent;
}
