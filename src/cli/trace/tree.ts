import type { Int } from "../../protocol/index.ts";
import { groupBy, type Process, type Span } from "../../collector/index.ts";
import type { Rounds } from "./rounds.ts";

/** A span in its process's call tree. */
export interface Node extends Rounds {
  readonly children: Node[];
}

/** A process with the spans that nothing encloses. */
export interface ProcessTree {
  readonly process: Process;
  readonly roots: readonly Node[];
}

/**
 * Call trees of the selected spans, by process, in the order of their first span. A span whose caller was not selected
 * hangs below the nearest caller that was; `all` knows the way up.
 */
export function callTrees(selected: readonly Rounds[], all: readonly Span[]): ProcessTree[] {
  const spansOf = groupBy(all, ({ process }) => process);
  return [...groupBy(selected, ({ span }) => span.process)].map(([process, rounds]) => ({
    process,
    roots: hang(rounds, new Map(spansOf.get(process)?.map((span) => [span.id, span]))),
  }));
}

function hang(rounds: readonly Rounds[], known: ReadonlyMap<Int, Span>): Node[] {
  const nodes = new Map<Int, Node>(rounds.map(({ span, count }) => [span.id, { span, count, children: [] }]));
  const roots: Node[] = [];
  for (const node of nodes.values()) (nearest(node.span, nodes, known)?.children ?? roots).push(node);
  return roots;
}

/** Every step up goes back in time, but a damaged recording may not know that: steps are counted. */
function nearest(span: Span, nodes: ReadonlyMap<Int, Node>, known: ReadonlyMap<Int, Span>): Node | undefined {
  let parent = span.parent;
  for (let steps = 0; parent !== null && steps < known.size; steps += 1) {
    const node = nodes.get(parent);
    if (node !== undefined && node.span !== span) return node;
    parent = known.get(parent)?.parent ?? null;
  }
  return undefined;
}
