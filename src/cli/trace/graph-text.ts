import type { GraphEdge, GraphNode, ProcessGraph } from "../../collector/index.ts";
import { countText, durationText } from "./units.ts";

/** Each process with what it sent to which. */
export function graphLines({ nodes, edges }: ProcessGraph): string[] {
  if (nodes.length === 0) return ["no process ran a probed function"];
  return nodes.flatMap((node) => [
    `${titleOf(node)}  ${countText(node.spans, "span")}`,
    ...edges.filter(({ from }) => from === node).map((edge) => `  → ${edge.to.name}  ${messageText(edge)}`),
  ]);
}

/** For Graphviz: `escope trace graph --format dot | dot -Tsvg`. */
export function dotLines({ nodes, edges }: ProcessGraph): string[] {
  const id = idsOf(nodes);
  return [
    "digraph processes {",
    "  rankdir=LR;",
    "  node [shape=box, style=rounded];",
    ...nodes.map((node) => `  ${id(node)} [label=${quoted(titleOf(node))}];`),
    ...edges.map(
      (edge) => `  ${id(edge.from)} -> ${id(edge.to)} [label=${quoted(messageText(edge))}${dotStyle(edge)}];`,
    ),
    "}",
  ];
}

export function mermaidLines({ nodes, edges }: ProcessGraph): string[] {
  const id = idsOf(nodes);
  return [
    "flowchart LR",
    ...nodes.map((node) => `  ${id(node)}["${escaped(titleOf(node))}"]`),
    ...edges.map(
      (edge) =>
        `  ${id(edge.from)} ${edge.through === null ? "-.->" : "-->"}|"${escaped(messageText(edge))}"| ${id(edge.to)}`,
    ),
  ];
}

function titleOf({ name, processes }: GraphNode): string {
  return processes.length === 1 ? name : `${name} ×${processes.length}`;
}

/** `12× GenServer.cast/2, taken by handle_cast/2, 34.1 µs later`. */
function messageText({ through, takenBy, count, delay }: GraphEdge): string {
  const later = delay === null ? "" : `, ${durationText(delay)} later`;
  return `${count.toLocaleString("en-US")}× ${through ?? "a message"}, taken by ${takenBy}${later}`;
}

function idsOf(nodes: readonly GraphNode[]): (node: GraphNode) => string {
  const ids = new Map(nodes.map((node, index) => [node, `p${index + 1}`]));
  return (node) => ids.get(node) as string;
}

/** Dashed where no call site tells how it was sent. */
function dotStyle({ through }: GraphEdge): string {
  return through === null ? ", style=dashed" : "";
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Mermaid takes entities by number. */
function escaped(text: string): string {
  return text.replaceAll(/[#&"<>]/g, (sign) => `#${sign.charCodeAt(0)};`);
}
