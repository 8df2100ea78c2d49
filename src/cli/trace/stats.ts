import picocolors from "picocolors";
import {
  type CallbackStats,
  callbackStats,
  dropsOf,
  type PayloadReader,
  placeOf,
  placeText,
  type Span,
  type SpanSet,
} from "../../collector/index.ts";
import type { Io } from "../io.ts";
import { crashedProcesses } from "./crashes.ts";
import { askRecording } from "./ask.ts";
import type { TraceOptions } from "./options.ts";
import { spanId } from "./message-json.ts";
import { exitWord } from "./outcome.ts";
import { processName, processTitle } from "./process-name.ts";
import { processDetailsOf } from "./span-json.ts";
import { type Column, tableLines } from "./table.ts";
import { countText, dropsText, durationText } from "./units.ts";
import { fit, padStart } from "./width.ts";

/** `escope trace stats`: how often each clause ran, how long it took, what failed. Gives the exit code. */
export function runTraceStats(options: TraceOptions, io: Io): Promise<number> {
  return askRecording(options, io, (set, payloads) => {
    if (options.format === "json") writeJson(set, callbackStats(set.spans, payloads), payloads, io);
    else io.stdout(`${[...statsLines(set, payloads, io)].join("\n")}\n`);
  });
}

function writeJson(set: SpanSet, stats: readonly CallbackStats[], payloads: PayloadReader, io: Io): void {
  const { damage, unknownKinds } = set.report;
  const callbacks = stats.map(({ p50, p95, max, total, ...rest }) => {
    return { ...rest, p50_ns: p50, p95_ns: p95, max_ns: max, total_ns: total };
  });
  const counts = { events: set.events, spans: set.spans.length, processes: set.processes.length };
  const lost = { drops: dropsOf(set.recording), damage, unknown_events: Object.fromEntries(unknownKinds) };
  const slowest = slowestSpans(set).map((span) => {
    const { module, function: name, arity, clause, target } = placeOf(span, payloads);
    const id = spanId(span.process.vm, span.id);
    return { span: id, module, function: name, arity, clause, target, duration_ns: span.duration };
  });
  const crashes = crashedProcesses(set.recording, set.processes, processDetailsOf(payloads)).map(
    ({ details }) => {
      return { pid: details.pid, process: processName(details), reason: details.exit };
    },
  );
  io.stdout(`${JSON.stringify({ callbacks, slowest, crashes, ...counts, ...lost }, null, 2)}\n`);
}

/** The table, at most `most` rows of it, then the slowest spans, what crashed, and what was lost. */
export function* statsLines(
  set: SpanSet,
  payloads: PayloadReader,
  { color, width }: Pick<Io, "color" | "width">,
  most: number = Number.POSITIVE_INFINITY,
): Generator<string> {
  const colors = picocolors.createColors(color);
  const stats = callbackStats(set.spans, payloads);
  if (stats.length === 0) yield "no spans";
  else yield* tableLines(stats.slice(0, most), columnsFor(colors), colors);
  if (stats.length > most) yield colors.dim(`and ${countText(stats.length - most, "more callback")}`);
  const detailsOf = processDetailsOf(payloads);
  const slowest = slowestSpans(set);
  if (slowest.length > 0) yield "";
  for (const span of slowest) {
    const place = colors.cyan(placeText(placeOf(span, payloads)));
    yield `slowest  ${padStart(durationText(span.duration), 8)}  ${place}  ${colors.dim(`span ${spanId(span.process.vm, span.id)}`)}`;
  }
  const crashes = crashedProcesses(set.recording, set.processes, detailsOf);
  if (crashes.length > 0) yield "";
  for (const { details } of crashes.slice(0, most)) {
    const name = processTitle(details);
    yield fit(`crashed  ${colors.red(name)}  ${exitWord(details.exit ?? "")}`, width);
  }
  if (crashes.length > most) yield colors.dim(`and ${countText(crashes.length - most, "more crash")}`);
  const drops = dropsText(dropsOf(set.recording));
  if (drops !== null) yield* ["", colors.yellow(`dropped: ${drops}`)];
}

const MOST_SLOWEST = 5;

type Timed = Span & { readonly duration: number };

function slowestSpans({ spans }: SpanSet): Timed[] {
  return spans
    .filter((span): span is Timed => span.duration !== null)
    .sort((left, right) => right.duration - left.duration)
    .slice(0, MOST_SLOWEST);
}

function time(title: string, pick: (row: CallbackStats) => number | null): Column<CallbackStats> {
  return { title, align: "right", text: (row) => timeText(pick(row)) };
}

function count(title: string, pick: (row: CallbackStats) => number): Column<CallbackStats> {
  return { title, align: "right", text: (row) => pick(row).toLocaleString("en-US") };
}

function columnsFor(colors: ReturnType<typeof picocolors.createColors>): Column<CallbackStats>[] {
  const warn = (pick: (row: CallbackStats) => number) => (text: string, row: CallbackStats) =>
    pick(row) > 0 ? colors.red(text) : colors.dim(text);
  return [
    { title: "callback", align: "left", text: nameOf, paint: (text) => colors.cyan(text) },
    count("count", (row) => row.count),
    time("p50", (row) => row.p50),
    time("p95", (row) => row.p95),
    time("max", (row) => row.max),
    time("total", (row) => (row.max === null ? null : row.total)),
    { ...count("errors", (row) => row.errors), paint: warn((row) => row.errors) },
    { ...count("open", (row) => row.open), paint: warn((row) => row.open) },
  ];
}

/** Of loops only the entry is recorded: they have no times. */
function nameOf(row: CallbackStats): string {
  return `${placeText(row)}${row.mode === "enter" ? " ↻" : ""}`;
}

function timeText(ns: number | null): string {
  return ns === null ? "–" : durationText(ns);
}
