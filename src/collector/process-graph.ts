import type { Causes } from "./causes.ts";
import { groupBy } from "./group-by.ts";
import type { Process, SpanSet } from "./spans.ts";
import { percentile } from "./stats.ts";
import { type Answer, trafficOf } from "./traffic.ts";

/** Processes that are one to the reader, with all that ran in them. */
export interface GraphNode {
  readonly name: string;
  readonly processes: readonly Process[];
  readonly spans: number;
}

/** What the processes of one node sent to those of another, by how it was sent and what took it. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** The function that sent, armed or started, as `GenServer.cast/2`; null where no call site was recorded. */
  readonly through: string | null;
  /** The function that took it, as `handle_cast/2`. */
  readonly takenBy: string;
  readonly count: number;
  /** Nanoseconds from the sending to the taking, the median; null where that was not recorded. */
  readonly delay: number | null;
}

export interface ProcessGraph {
  /** In the order in which they were first seen, those that neither sent nor took anything included. */
  readonly nodes: readonly GraphNode[];
  /** By their first message. */
  readonly edges: readonly GraphEdge[];
}

/** Who sent what to whom; processes to which `nameOf` gives one name are one node. */
export function processGraph(
  set: SpanSet,
  causes: Causes,
  nameOf: (process: Process) => string,
  takerOf: (answer: Answer) => string,
): ProcessGraph {
  const { nodes, nodeOf } = nodesOf(set, nameOf);
  const groups = new Map<string, Omit<GraphEdge, "count" | "delay"> & { answers: Answer[] }>();
  for (const { from, to, answers } of trafficOf(set, causes))
    for (const answer of answers) {
      const through = answer.delay === null ? null : (answer.cause.probe?.target ?? null);
      const edge = { from: nodeOf(from), to: nodeOf(to), through, takenBy: takerOf(answer) };
      const key = JSON.stringify([edge.from.name, edge.to.name, through, edge.takenBy]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { ...edge, answers: [answer] });
      else group.answers.push(answer);
    }
  const edges = [...groups.values()].map(({ from, to, through, takenBy, answers }): GraphEdge => ({
    from,
    to,
    through,
    takenBy,
    count: answers.length,
    delay: medianDelay(answers),
  }));
  return { nodes, edges };
}

function nodesOf(
  set: SpanSet,
  nameOf: (process: Process) => string,
): { nodes: GraphNode[]; nodeOf: (process: Process) => GraphNode } {
  const counts = new Map<Process, number>();
  for (const { process } of set.spans) counts.set(process, (counts.get(process) ?? 0) + 1);
  const byName = new Map(
    [...groupBy(counts.keys(), nameOf)].map(([name, processes]): [string, GraphNode] => {
      const spans = processes.reduce((sum, process) => sum + (counts.get(process) ?? 0), 0);
      return [name, { name, processes, spans }];
    }),
  );
  return { nodes: [...byName.values()], nodeOf: (process) => byName.get(nameOf(process)) as GraphNode };
}

function medianDelay(answers: readonly Answer[]): number | null {
  const delays = answers.flatMap(({ delay }) => (delay === null ? [] : [delay.ns]));
  return percentile(Float64Array.from(delays).sort(), 0.5);
}
