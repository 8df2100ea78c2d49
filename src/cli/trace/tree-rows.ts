import type { Node } from "./tree.ts";

/** A span with the branches that lead to it. */
export interface Row {
  readonly node: Node;
  /** Before the span itself. */
  readonly branch: string;
  /** Before further lines about it. */
  readonly indent: string;
}

/** Deeper than this a line holds branches only. */
const MAX_BRANCHES = 24;

/** The tree from top to bottom. Without recursion: a program may be nested deeper than our stack. */
export function treeRows(roots: readonly Node[]): Row[] {
  const rows: Row[] = [];
  const open = roots.map((node): Open => ({ node, above: "", depth: 0, isLast: true })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, above, depth, isLast } = next;
    const isRoot = depth === 0;
    const indent = isRoot ? "" : deeper(above, isLast ? "   " : "│  ", depth);
    rows.push({ node, branch: isRoot ? "" : `${above}${isLast ? "└─ " : "├─ "}`, indent });
    const last = node.children.length - 1;
    const children = node.children.map((child, index): Open => {
      return { node: child, above: indent, depth: depth + 1, isLast: index === last };
    });
    open.push(...children.reverse());
  }
  return rows;
}

interface Open {
  readonly node: Node;
  readonly above: string;
  readonly depth: number;
  readonly isLast: boolean;
}

function deeper(above: string, step: string, depth: number): string {
  return depth <= MAX_BRANCHES ? `${above}${step}` : `⋯ depth ${depth} ⋯ `;
}
