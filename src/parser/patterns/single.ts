import type { Node } from "../node.ts";
import { findMisreads } from "../misreads.ts";
import { codeChildren } from "../syntax.ts";
import type { SyntaxTree } from "../tree.ts";

/** Why a text in a rule cannot be read, and where in it. */
export interface PatternFault {
  readonly problem: string;
  readonly offset: number;
}

/** Gives the one expression of `tree` to `read`. `faultIn` words what the grammar could not parse at an offset. */
export function readSingle<T>(
  tree: SyntaxTree,
  faultIn: (offset: number) => string,
  read: (expression: Node) => T | PatternFault,
): T | PatternFault {
  const fault = tree.faults[0]?.start ?? hollowIn(tree.root);
  if (fault !== undefined) return { problem: faultIn(fault), offset: fault };
  const misread = findMisreads(tree)[0];
  if (misread !== undefined) return { problem: "escope's grammar misreads this", offset: misread };
  const [expression, second] = codeChildren(tree.root);
  if (expression === undefined) return { problem: "it holds no code", offset: 0 };
  if (second !== undefined)
    return { problem: "it holds more than one expression", offset: second.startIndex };
  return read(expression);
}

/** Where the grammar puts an operand that is not there, without calling that a fault: behind `a > b and`. */
function hollowIn(root: Node): number | undefined {
  return root.descendantsOfType("identifier").find((name) => name !== null && name.text === "")?.startIndex;
}
