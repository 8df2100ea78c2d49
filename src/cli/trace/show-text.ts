import type { Colors } from "picocolors/types.js";
import {
  givenTo,
  type PayloadReader,
  type Place,
  placeOf,
  placeText,
  targetText,
  type ProcessDetails,
  type Span,
  type SpanDetails,
  spanDetails,
} from "../../collector/index.ts";
import { changedText } from "./changed.ts";
import { outcomeOf } from "./outcome.ts";
import { processName, processNotes, processTitle } from "./process-name.ts";
import type { Node } from "./tree.ts";
import { type Row, treeRows } from "./tree-rows.ts";
import { durationText, offsetText } from "./units.ts";
import { fit, fitAll, padStart, widthOf } from "./width.ts";

export interface TextStyle {
  readonly colors: Colors;
  readonly width: number;
  /** Of the column of times, wide enough for the latest. */
  readonly offsetColumns: number;
  /** What sent the message that a span answers, as text; null where that is not known. */
  readonly causeOf: (span: Span) => string | null;
  /** What LiveView did around a span. */
  readonly notesOf: (span: Span) => readonly string[];
}

/** A process's lines: what it is, then its call tree. */
export function* processLines(
  roots: readonly Node[],
  details: ProcessDetails,
  payloads: PayloadReader,
  style: TextStyle,
): Generator<string> {
  yield headerLine(details, style);
  for (const row of treeRows(roots)) {
    const said = spanDetails(row.node.span, payloads, "short");
    yield spanLine(row, said, details.exit, payloads, style);
    const cause = style.causeOf(row.node.span);
    if (cause !== null) yield noteLine(row, `⇠ ${cause}`, style);
    for (const note of style.notesOf(row.node.span)) yield noteLine(row, note, style);
    const origin = originOf(row.node, said);
    if (origin !== null) yield noteLine(row, `at ${origin}`, style);
  }
}

function headerLine(details: ProcessDetails, { colors, width }: TextStyle): string {
  const name = processName(details);
  const notes = fit(
    processNotes(details).join(" · "),
    Math.max(0, width - widthOf(processTitle(details)) - 2),
  );
  const painted = name === null ? colors.bold(details.pid) : `${colors.bold(name)} ${details.pid}`;
  return notes === "" ? painted : `${painted}  ${colors.dim(notes)}`;
}

/** Of each argument and the outcome, before what has changed takes any room. */
const SAID_COLUMNS = 16;

/** However narrow the terminal: what was called with and what came of it stay recognisable. */
const LEAST_COLUMNS = 8;

/** One span: when, what with which arguments, what came of it, how long it took. */
export function spanLine(
  { node, parent, branch }: Row,
  said: SpanDetails,
  exit: ProcessDetails["exit"],
  payloads: PayloadReader,
  style: TextStyle,
): string {
  const { colors, width, offsetColumns } = style;
  const { span } = node;
  const place = markText(span, payloads) + placeIn(parent, placeOf(span, payloads));
  const outcome = outcomeOf(node, said, exit, colors);
  const time = span.duration === null ? "" : `  ${durationText(span.duration)}`;
  const given = said.args ?? (span.end?.kind === "mark" ? [] : ["…"]);
  const commas = Math.max(0, given.length - 1) * 2;
  const fixed = offsetColumns + 2 + widthOf(branch + place + outcome.sign + time) + commas + 2;
  const kept = [...given, outcome.text].reduce((sum, text) => sum + Math.min(SAID_COLUMNS, text.length), 0);
  const changed = changedText(span, payloads, width - fixed - kept - 2);
  const change = changed === "" ? "" : `  ${changed}`;
  const texts = shortened(
    span,
    given,
    outcome.text,
    Math.max(LEAST_COLUMNS, width - fixed - widthOf(change)),
  );
  const args = texts.slice(0, -1).join(", ");
  const offset = colors.dim(padStart(offsetText(span.start), offsetColumns));
  const name = span.status === "raised" ? colors.red(place) : colors.cyan(place);
  const call = span.end?.kind === "mark" ? name : `${name}(${args})`;
  return `${offset}  ${colors.dim(branch)}${call}${outcome.paint(`${outcome.sign}${texts.at(-1)}`)}${colors.yellow(time)}${colors.magenta(change)}`;
}

/** What its rule calls it. */
function markText(span: Span, payloads: PayloadReader): string {
  const { mark } = givenTo(span, payloads);
  return mark === null ? "" : `“${mark}” `;
}

/** Below its own clause a call needs no other name. */
function placeIn(parent: Node | undefined, place: Place): string {
  const around = parent?.span.probe;
  const isInside =
    around?.module === place.module &&
    around.function === place.function &&
    around.arity === place.arity &&
    around.clause === place.clause;
  return isInside && place.target !== null ? targetText(place) : placeText(place);
}

/** Arguments and outcome, shortened to the columns. An error is what one looks for: it may take two thirds of them. */
function shortened(span: Span, args: readonly string[], outcome: string, columns: number): string[] {
  const room =
    args.every((text) => text.length <= columns) && widthOf([...args, outcome].join("")) <= columns;
  const capped = room ? args : args.map((text, index) => fit(text, capOf(span, index, args.length)));
  if (span.status !== "raised") return fitAll([...capped, outcome], columns);
  const error = fit(outcome, Math.floor((columns * 2) / 3));
  return [...fitAll(capped, columns - widthOf(error)), error];
}

/** Of a callback's arguments the message says most, the state least, for it looks the same on every line. */
const STATE_COLUMNS = 8;
/** `{#PID<0.323.0>…`: who asks. */
const FROM_COLUMNS = 15;

function capOf({ probe }: Span, index: number, count: number): number {
  if (probe?.callback === undefined || count === 1) return Number.POSITIVE_INFINITY;
  if (probe.function === "handle_call" && index === 1) return FROM_COLUMNS;
  return index === count - 1 ? STATE_COLUMNS : Number.POSITIVE_INFINITY;
}

/** Where an exception came from: told once, where it was raised, not at each caller that it passed. */
function originOf({ span, children }: Node, { stacktrace }: SpanDetails): string | null {
  if (span.status !== "raised" || children.some((child) => child.span.status === "raised")) return null;
  return stacktrace?.[0] ?? null;
}

/** A line about the span of a row. */
export function noteLine(
  { indent, node }: Row,
  note: string,
  { colors, width, offsetColumns }: TextStyle,
): string {
  const before = `${" ".repeat(offsetColumns + 2)}${indent}${node.children.length > 0 ? "│  " : "   "}`;
  return colors.dim(`${before}${fit(note, Math.max(LEAST_COLUMNS, width - widthOf(before)))}`);
}
