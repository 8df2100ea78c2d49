import {
  Causes,
  type GraphEdge,
  type GraphNode,
  type PayloadReader,
  placeOf,
  type Process,
  type ProcessDetails,
  type ProcessGraph,
  processGraph,
  type SpanSet,
} from "../../collector/index.ts";
import { askRecording } from "./ask.ts";
import { dotLines, graphLines, mermaidLines } from "./graph-text.ts";
import type { GraphOptions, TraceIo } from "./options.ts";
import { processName, processTitle } from "./process-name.ts";
import { processDetailsOf } from "./span-json.ts";

/** `escope trace graph`: the processes and what they sent to each other. Gives the exit code. */
export function runTraceGraph(options: GraphOptions, io: TraceIo): Promise<number> {
  return askRecording(options, io, (set, payloads) => {
    const detailsOf = processDetailsOf(payloads);
    const graph = graphOf(set, payloads, detailsOf, options.each === true);
    io.stdout(`${linesOf(graph, options.format, detailsOf).join("\n")}\n`);
  });
}

function graphOf(
  set: SpanSet,
  payloads: PayloadReader,
  detailsOf: (process: Process) => ProcessDetails,
  each: boolean,
): ProcessGraph {
  const nameOf = (process: Process): string => {
    const details = detailsOf(process);
    return each ? processTitle(details) : (processName(details) ?? details.pid);
  };
  return processGraph(set, new Causes(set, payloads), nameOf, ({ span }) => {
    const { function: name, arity } = placeOf(span, payloads);
    return `${name}/${arity ?? "?"}`;
  });
}

function linesOf(
  graph: ProcessGraph,
  format: GraphOptions["format"],
  detailsOf: (process: Process) => ProcessDetails,
): string[] {
  switch (format) {
    case "text":
      return graphLines(graph);
    case "dot":
      return dotLines(graph);
    case "mermaid":
      return mermaidLines(graph);
    case "json":
      return [JSON.stringify(graphJson(graph, detailsOf), null, 2)];
  }
}

function graphJson(
  { nodes, edges }: ProcessGraph,
  detailsOf: (process: Process) => ProcessDetails,
): Record<string, unknown> {
  return {
    processes: nodes.map(({ name, processes, spans }: GraphNode) => {
      return { name, pids: processes.map((process) => detailsOf(process).pid), spans };
    }),
    messages: edges.map(({ from, to, through, takenBy, count, delay }: GraphEdge) => {
      return { from: from.name, to: to.name, through, taken_by: takenBy, count, p50_delay_ns: delay };
    }),
  };
}
