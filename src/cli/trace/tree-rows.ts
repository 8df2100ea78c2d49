import type { Node } from "./tree.ts";

/** A span with the branches that lead to it. */
export interface Row {
  readonly node: Node;
  /** The row's node above, undefined at the top. */
  readonly parent: Node | undefined;
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
  const open = roots
    .map((node): Open => ({ node, parent: undefined, above: "", depth: 0, isLast: true }))
    .reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent, above, depth, isLast } = next;
    const isRoot = depth === 0;
    const indent = isRoot ? "" : deeper(above, isLast ? "   " : "│  ", depth);
    rows.push({ node, parent, branch: isRoot ? "" : `${above}${isLast ? "└─ " : "├─ "}`, indent });
    const last = node.children.length - 1;
    const children = node.children.map((child, index): Open => {
      return { node: child, parent: node, above: indent, depth: depth + 1, isLast: index === last };
    });
    open.push(...children.reverse());
  }
  return rows;
}

interface Open {
  readonly node: Node;
  readonly parent: Node | undefined;
  readonly above: string;
  readonly depth: number;
  readonly isLast: boolean;
}

function deeper(above: string, step: string, depth: number): string {
  return depth <= MAX_BRANCHES ? `${above}${step}` : `⋯ depth ${depth} ⋯ `;
}
