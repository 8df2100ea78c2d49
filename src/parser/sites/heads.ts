import type { Node } from "../node.ts";
import { callArguments, codeChildren, isBinary, localCallName, typeOf } from "../syntax.ts";

/** The code in the head of a definition: its guard, and its default arguments. */
export interface HeadCode {
  readonly guard: Node | undefined;
  readonly defaults: readonly Node[];
  /** The signature, with the text of its defaults, is part of the documentation. */
  readonly documented: boolean;
}

export function readHeadCode(definition: Node): HeadCode {
  const first = unwrapped(callArguments(definition)[0]);
  const guard = guardIn(first);
  const head = guard === undefined ? first : unwrapped(first?.childForFieldName("left") ?? undefined);
  const parameters = head === undefined || typeOf(head) !== "call" ? [] : callArguments(head);
  const defaults = parameters.flatMap((parameter) => {
    const value = isBinary(parameter, "\\\\") ? parameter.childForFieldName("right") : null;
    return value === null ? [] : [value];
  });
  return { guard, defaults, documented: localCallName(definition) === "def" };
}

/** The right side of `pattern when guard`. */
export function guardIn(node: Node | null | undefined): Node | undefined {
  if (node === null || node === undefined || !isBinary(node, "when")) return undefined;
  return node.childForFieldName("right") ?? undefined;
}

/** What stands in `size(…)` behind `::`. */
export function sizesIn(specifier: Node): readonly Node[] {
  if (isBinary(specifier, "-")) return codeChildren(specifier).flatMap(sizesIn);
  return typeOf(specifier) === "call" && localCallName(specifier) === "size" ? callArguments(specifier) : [];
}

function unwrapped(node: Node | undefined): Node | undefined {
  const inner = node === undefined || typeOf(node) !== "block" ? [] : codeChildren(node);
  return inner.length === 1 ? inner[0] : node;
}
