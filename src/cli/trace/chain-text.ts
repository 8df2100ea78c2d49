import type { Colors } from "picocolors/types.js";
import {
  type Causes,
  type Link,
  type PayloadReader,
  placeOf,
  placeText,
  type Process,
  type ProcessDetails,
  type Span,
  spanDetails,
  type SpanSet,
} from "../../collector/index.ts";
import { delayText, nodeText, rootText } from "./cause.ts";
import { liveNotes } from "./live-notes.ts";
import { spanId } from "./message-json.ts";
import { processTitle } from "./process-name.ts";
import { noteLine, spanLine, type TextStyle } from "./show-text.ts";
import { processDetailsOf } from "./span-json.ts";
import type { Node } from "./tree.ts";
import { type Row, treeRows } from "./tree-rows.ts";
import { countText, offsetText } from "./units.ts";

/** What led to a span, and what followed from it. */
export interface Chain {
  readonly set: SpanSet;
  readonly span: Span;
  readonly causes: Causes;
  /** From the root down to the span. */
  readonly way: readonly Span[];
  readonly followed: Link;
}

/** So many effects are shown; a chain may reach through the whole recording. */
const MOST_EFFECTS = 200;

/** The way to the span, then what followed from it, each as a tree over all processes. */
export function* chainLines(
  { set, span, causes, way, followed }: Chain,
  payloads: PayloadReader,
  { colors, width }: { readonly colors: Colors; readonly width: number },
): Generator<string> {
  const rows = firstRows(followed);
  const latest = [...way, ...rows.kept.map(({ node }) => node.span)].at(-1)?.start ?? 0;
  const style: TextStyle = {
    colors,
    width,
    offsetColumns: Math.max(...[latest, span.start].map((at) => offsetText(at).length)) + 2,
    causeOf: () => null,
    notesOf: liveNotes(set, payloads, causes).lines,
  };
  const detailsOf = processDetailsOf(payloads);
  const write = (row: Row): Generator<string> => rowLines(row, { causes, payloads, detailsOf, style });

  const name = placeText(placeOf(span, payloads));
  yield `${colors.bold(name)}  ${colors.dim(`span ${spanId(span.process.vm, span.id)}`)}`;
  yield "";
  yield colors.bold(way.length === 1 ? "nothing that was recorded led to it" : "what led to it");
  for (const row of wayRows(way)) yield* write(row);
  yield "";
  yield colors.bold(rows.kept.length === 1 ? "nothing that was recorded followed from it" : "what followed");
  for (const row of rows.kept.length === 1 ? [] : rows.kept) yield* write(row);
  if (rows.left > 0) yield `and ${countText(rows.left, "more span")}; --format json has all`;
}

/** One below the other, for a way has no branches; what a span has called stands further right than what it has caused. */
function wayRows(way: readonly Span[]): Row[] {
  const nodes = way.map((span): Node => ({ span, count: 1, children: [] }));
  return nodes.map((node, index) => {
    const parent = nodes[index - 1];
    const isCall = node.span.parent !== null && node.span.parent === parent?.span.id;
    return { node, parent, branch: isCall ? "└─ " : "", indent: isCall ? "   " : "" };
  });
}

function firstRows(followed: Link): { readonly kept: readonly Row[]; readonly left: number } {
  const rows = treeRows([linkNode(followed)]);
  return { kept: rows.slice(0, MOST_EFFECTS), left: Math.max(0, rows.length - MOST_EFFECTS) };
}

/** Without recursion: a chain may be longer than our stack. */
function linkNode(top: Link): Node {
  const root: Node = { span: top.span, count: 1, children: [] };
  const open: (readonly [Link, Node])[] = [[top, root]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [link, node] = next;
    for (const child of link.children) {
      const below: Node = { span: child.span, count: 1, children: [] };
      node.children.push(below);
      open.push([child, below]);
    }
  }
  return root;
}

interface Writing {
  readonly causes: Causes;
  readonly payloads: PayloadReader;
  readonly detailsOf: (process: Process) => ProcessDetails;
  readonly style: TextStyle;
}

function* rowLines(row: Row, { causes, payloads, detailsOf, style }: Writing): Generator<string> {
  const { span } = row.node;
  const details = detailsOf(span.process);
  yield spanLine(row, spanDetails(span, payloads, "short"), details.exit, payloads, style);
  const where = whereText(row, details, causes);
  if (where !== null) yield noteLine(row, where, style);
  for (const note of style.notesOf(span)) yield noteLine(row, note, style);
}

/** Said where the process changes: what brought the span about otherwise than by a call. */
function whereText({ node, parent }: Row, details: ProcessDetails, causes: Causes): string | null {
  const { span } = node;
  const here = `in ${processTitle(details)}`;
  const cause = parent?.span;
  if (cause === undefined) {
    const root = rootText(span, causes.message(span));
    return root === null ? here : `${here}, from ${root}`;
  }
  const delay = span.parent === null ? delayText(cause, span) : "";
  if (cause.process !== span.process) return `${here}${nodeText(span, cause)}${delay && `,${delay}`}`;
  return delay === "" ? null : `in itself,${delay}`;
}
