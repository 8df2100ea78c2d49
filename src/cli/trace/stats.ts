import picocolors from "picocolors";
import {
  type CallbackStats,
  callbackStats,
  dropsOf,
  PayloadReader,
  placeText,
  readSpans,
  type SpanSet,
} from "../../collector/index.ts";
import type { Io } from "../io.ts";
import { findRecording, warnOfDamage } from "./find.ts";
import type { TraceOptions } from "./options.ts";
import { type Column, tableLines } from "./table.ts";
import { dropsText, durationText } from "./units.ts";

/** `escope trace stats`: how often each clause ran, how long it took, what failed. Gives the exit code. */
export function runTraceStats(options: TraceOptions, io: Io): number {
  const set = readSpans(findRecording(options.recording, options.cwd));
  const payloads = new PayloadReader();
  try {
    const stats = callbackStats(set.spans, payloads);
    if (options.format === "json") writeJson(set, stats, io);
    else writeText(set, stats, io);
  } finally {
    payloads.close();
  }
  warnOfDamage(set.report.damage, set.report.unknownKinds, io);
  return 0;
}

function writeJson(set: SpanSet, stats: readonly CallbackStats[], io: Io): void {
  const { damage, unknownKinds } = set.report;
  const callbacks = stats.map(({ p50, p95, max, total, ...rest }) => {
    return { ...rest, p50_ns: p50, p95_ns: p95, max_ns: max, total_ns: total };
  });
  const counts = { events: set.events, spans: set.spans.length, processes: set.processes.length };
  const lost = { drops: dropsOf(set.recording), damage, unknown_events: Object.fromEntries(unknownKinds) };
  io.stdout(`${JSON.stringify({ callbacks, ...counts, ...lost }, null, 2)}\n`);
}

function writeText(set: SpanSet, stats: readonly CallbackStats[], io: Io): void {
  const colors = picocolors.createColors(io.color);
  const lines = stats.length === 0 ? ["no spans"] : tableLines(stats, columnsFor(colors), colors);
  const drops = dropsText(dropsOf(set.recording));
  const footer = drops === null ? [] : ["", colors.yellow(`dropped: ${drops}`)];
  io.stdout(`${[...lines, ...footer].join("\n")}\n`);
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
