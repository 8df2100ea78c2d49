import type { Node } from "../node.ts";
import { readBranching } from "../macros/branches.ts";
import type { Condition } from "../macros/facts.ts";
import type { Scope } from "../names.ts";

/** What must hold for `node` to be compiled at all, the outermost condition first. */
export function conditionsAround(node: Node, scope: Scope): Condition[] {
  const found: Condition[] = [];
  for (let around = node.parent; around !== null; around = around.parent) {
    const branch = readBranching(around, scope)?.branches.find(({ nodes }) =>
      nodes.some((each) => holds(each, node)),
    );
    if (branch !== undefined) found.unshift(branch.condition);
  }
  return found;
}

function holds(outer: Node, inner: Node): boolean {
  return outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;
}
