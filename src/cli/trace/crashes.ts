import picocolors from "picocolors";
import type { Colors } from "picocolors/types.js";
import {
  Causes,
  dropsOf,
  groupBy,
  inspectIn,
  keysOf,
  type PayloadReader,
  type Process,
  type ProcessDetails,
  type Recording,
  type Span,
  type SpanSet,
  staticMounts,
  type StateVersion,
  wallOffset,
} from "../../collector/index.ts";
import type { Io } from "../io.ts";
import { causeTexts } from "./cause.ts";
import { isFailure } from "./outcome.ts";
import { processName, processTitle } from "./process-name.ts";
import { liveNotes } from "./live-notes.ts";
import { foldLoops } from "./rounds.ts";
import { processLines, type TextStyle } from "./show-text.ts";
import { spanJson } from "./span-json.ts";
import { callTrees } from "./tree.ts";
import { offsetText } from "./units.ts";
import { fit } from "./width.ts";

/** What is asked about crashed processes. */
export interface AskedCrashes {
  readonly set: SpanSet;
  /** Those that the other options leave. */
  readonly selected: readonly Span[];
  readonly payloads: PayloadReader;
  /** How many of a process's last spans. */
  readonly limit: number | undefined;
  readonly detailsOf: (process: Process) => ProcessDetails;
}

interface Crashed {
  readonly process: Process;
  readonly details: ProcessDetails;
  readonly time: number;
}

interface Crash extends Crashed {
  readonly spans: readonly Span[];
  /** The newest of each thing in the process that has states. */
  readonly states: readonly StateVersion[];
}

const LAST_SPANS = 10;

/**
 * Those of the selected spans' processes that ended otherwise than they were told to, in the order in which they did. Where nothing
 * narrows the spans, also those that have none: no clause may have matched what they were given.
 */
function crashesOf({ set, selected, payloads, limit, detailsOf }: AskedCrashes): Crash[] {
  const spansOf = groupBy(selected, ({ process }) => process);
  const processes = selected.length === set.spans.length ? set.processes : [...spansOf.keys()];
  return crashedProcesses(set.recording, processes, detailsOf).map(({ process, details, time }) => {
    const spans = (spansOf.get(process) ?? []).slice(-(limit ?? LAST_SPANS));
    const states = payloads.states.latest(process, Number.POSITIVE_INFINITY);
    return { process, details, time, spans, states };
  });
}

/** Those of the processes that crashed, and when. */
export function crashedProcesses(
  recording: Recording,
  processes: readonly Process[],
  detailsOf: (process: Process) => ProcessDetails,
): Crashed[] {
  const crashed = processes.flatMap((process): Crashed[] => {
    const details = detailsOf(process);
    if (process.exit === null || !isFailure(details.exit)) return [];
    return [{ process, details, time: process.exit.time + wallOffset(process.vm, recording) }];
  });
  return crashed.sort((left, right) => left.time - right.time);
}

/** `trace show --crashes --format json`. */
export function crashesJson(asked: AskedCrashes): string {
  const { set, payloads } = asked;
  const mounts = staticMounts(set.spans, payloads);
  const causes = new Causes(set, payloads);
  const crashes = crashesOf(asked).map(({ process, details, time, spans, states }) => {
    const inspect = inspectIn(process);
    return {
      pid: details.pid,
      process: processName(details),
      vm: process.vm.name,
      time_ns: time,
      reason: details.exit,
      sample: Object.fromEntries(Object.entries(details.sample).map(([key, term]) => [key, inspect(term)])),
      states: states.map(({ version, stream }) => {
        const state = payloads.states.term(process, version);
        return { version, of: stream.kind, known: state !== null, state: state && inspect(state) };
      }),
      spans: spans.map((span) => spanJson(span, details, payloads, mounts, causes)),
    };
  });
  return `${JSON.stringify({ crashes, drops: dropsOf(set.recording), damage: set.report.damage }, null, 2)}\n`;
}

/** Why each ended, what its states were, and what it did last. */
export function* crashLines(asked: AskedCrashes, io: Io): Generator<string> {
  const { set, payloads, detailsOf } = asked;
  const colors = picocolors.createColors(io.color);
  const crashes = crashesOf(asked);
  if (crashes.length === 0) return yield "no process crashed\n";
  const offsetColumns = offsetText(crashes.at(-1)?.time ?? 0).length + 2;
  const causes = new Causes(set, payloads);
  const causeOf = causeTexts(causes, payloads, detailsOf);
  const notesOf = liveNotes(set, payloads, causes).lines;
  const style: TextStyle = { colors, width: io.width, offsetColumns, causeOf, notesOf };
  for (const [index, crash] of crashes.entries()) {
    if (index > 0) yield "\n";
    yield* reasonLines(crash, style);
    for (const state of crash.states) yield* stateLines(crash, state, payloads, style);
    const { process, roots } = callTrees(foldLoops(crash.spans), set.spans)[0] ?? NO_TREE;
    if (process === null) continue;
    const lines = processLines(roots, crash.details, payloads, style);
    // Its head says what is said already.
    lines.next();
    for (const line of lines) yield `${line}\n`;
  }
}

const NO_TREE = { process: null, roots: [] };

function* reasonLines({ details, time }: Crash, { colors }: TextStyle): Generator<string> {
  yield `${colors.bold(processTitle(details))} crashed at ${offsetText(time)}${sampleText(details, colors)}\n`;
  for (const line of (details.exit ?? "").split("\n")) yield `  ${colors.red(line)}\n`;
}

function sampleText({ sample }: ProcessDetails, colors: Colors): string {
  const { message_queue_len: queue, memory } = sample;
  if (typeof queue !== "number" || typeof memory !== "number") return "";
  return colors.dim(`  (last seen with ${queue} in its queue and ${Math.ceil(memory / 1000)} kB)`);
}

function* stateLines(
  { process }: Crash,
  { version }: StateVersion,
  payloads: PayloadReader,
  { colors, width }: TextStyle,
): Generator<string> {
  const state = payloads.states.term(process, version);
  const inspect = inspectIn(process);
  yield `  ${colors.bold(`state ${version}`)}${state === null ? " (not known: an event that it takes was lost)" : ""}\n`;
  if (state === null) return;
  for (const { path, after } of keysOf(state)) {
    if (after !== undefined)
      yield `${fit(`    ${path === "" ? "" : `${path}: `}${inspect(after)}`, width)}\n`;
  }
}
