import type { Colors } from "picocolors/types.js";
import {
  inspectIn,
  isWhole,
  keysOf,
  placeOf,
  placeText,
  type Process,
  type Span,
  type StateChange,
  type StateStep,
  stateSteps,
  type StateVersion,
  type Stream,
} from "../../collector/index.ts";
import { processName } from "./process-name.ts";
import { type Asked, changesAsked, spanOf } from "./state-json.ts";
import { countText, offsetText } from "./units.ts";
import { fit, padStart } from "./width.ts";

interface Style {
  readonly colors: Colors;
  readonly width: number;
}

type Inspect = ReturnType<typeof inspectIn>;

/** Which processes have a history, and how long it is. */
export function* overviewLines(
  asked: Asked,
  processes: readonly Process[],
  { colors }: Style,
): Generator<string> {
  if (processes.length === 0) yield "no states were recorded";
  for (const process of processes) {
    const versions = [...asked.payloads.states.versions(process).values()];
    const streams = new Set(versions.map(({ stream }) => stream)).size;
    const of = streams > 1 ? ` of ${streams} things in it` : "";
    yield `${headOf(asked, process, colors)}  ${countText(versions.length, "state")}${of}`;
  }
  if (processes.length > 0) yield colors.dim("--pid PID shows the states of one, --at SPAN those at a span");
}

/** The history of a process: which span brought each state, and what it changed. */
export function* historyLines(asked: Asked, process: Process, style: Style): Generator<string> {
  const { colors, width } = style;
  const inspect = inspectIn(process);
  yield headOf(asked, process, colors);
  for (const step of stateSteps(process, asked.payloads.states)) {
    const changes = changesAsked(step, asked.key);
    if (asked.key !== undefined && (changes === null || changes.length === 0) && step.changes !== null)
      continue;
    const span = spanOf(asked, process, step);
    const by = span === null ? "?" : placeText(placeOf(span, asked.payloads));
    const of = streamText(step.stream, inspect);
    const name = span === null ? "" : colors.dim(`  ${process.vm.name}:${span.id}`);
    yield `${padStart(String(step.version), 5)}  ${offsetText(step.time)}  ${colors.cyan(by)}${of}${name}`;
    for (const line of stepLines(step, changes, asked.key, inspect)) yield fit(`${INDENT}${line}`, width);
  }
}

const INDENT = " ".repeat(7);

function* stepLines(
  step: StateStep,
  changes: readonly StateChange[] | null,
  key: string | undefined,
  inspect: Inspect,
): Generator<string> {
  if (step.state === null) return yield LOST;
  if (changes !== null) return yield* changes.map((change) => changeText(change, inspect));
  const all = keysOf(step.state);
  const shown = key === undefined ? all : all.filter(({ path }) => path === key);
  for (const { path, after } of shown)
    if (after !== undefined) yield path === "" ? inspect(after) : `${path}: ${inspect(after)}`;
}

const LOST = "(not known: an event that it takes was lost)";

/** A value in a line of changes: what is new must still be seen when what was is long. */
const BEFORE_COLUMNS = 50;

function changeText({ path, before, after }: StateChange, inspect: Inspect): string {
  const name = path === "" ? "" : `${path}: `;
  if (before === undefined && after !== undefined) return `${name}+ ${inspect(after)}`;
  if (after === undefined && before !== undefined) return `${name}− ${inspect(before)}`;
  if (before === undefined || after === undefined) return name;
  return `${name}${fit(inspect(before), BEFORE_COLUMNS)} → ${inspect(after)}`;
}

/** The whole states before and after a span, key by key. */
export function* atLines(asked: Asked, span: Span, style: Style): Generator<string> {
  const { colors } = style;
  const place = placeText(placeOf(span, asked.payloads));
  yield `${colors.cyan(place)} in ${headOf(asked, span.process, colors)}`;
  yield* momentLines("before", asked, span, span.enter?.seq ?? null, style);
  yield* momentLines("after", asked, span, span.end?.seq ?? null, style);
}

function* momentLines(
  word: string,
  asked: Asked,
  { process }: Span,
  seq: number | null,
  { colors }: Style,
): Generator<string> {
  if (seq === null) return yield `${word}: not known, it has no ${word === "before" ? "start" : "end"}`;
  const states = asked.payloads.states.latest(process, seq);
  if (states.length === 0) yield `${word}: no state`;
  for (const one of states) {
    const inspect = inspectIn(process);
    yield `${word}${streamText(one.stream, inspect)}: ${colors.bold(`state ${one.version}`)}`;
    yield* stateLines(asked, process, one, inspect, colors);
  }
}

function* stateLines(
  { payloads, key }: Asked,
  process: Process,
  { version }: StateVersion,
  inspect: Inspect,
  colors: Colors,
): Generator<string> {
  const state = payloads.states.term(process, version);
  if (state === null) return yield `  ${LOST}`;
  const isAsked = (path: string): boolean =>
    key === undefined || path === key || path.startsWith(`${key}.`) || key.startsWith(`${path}.`);
  const partial: string[] = [];
  for (const { path, after } of keysOf(state)) {
    if (after === undefined || !isAsked(path)) continue;
    yield path === "" ? `  ${inspect(after)}` : `  ${path}: ${inspect(after)}`;
    if (!isWhole(after)) partial.push(path);
  }
  if (partial.length > 0) yield colors.yellow(`  cut or hidden: ${partial.join(", ") || "some of it"}`);
}

function headOf({ detailsOf }: Asked, process: Process, colors: Colors): string {
  const details = detailsOf(process);
  const name = processName(details);
  return name === null ? colors.bold(details.pid) : `${colors.bold(name)} ${details.pid}`;
}

/** Of what in the process it is the state; empty for its own. */
function streamText({ kind, id, cid }: Stream, inspect: Inspect): string {
  switch (kind) {
    case "process":
      return "";
    case "component":
      return ` (component ${cid})`;
    case "live_view":
    case "channel":
      return id === null ? "" : ` (${inspect(id).replaceAll('"', "")})`;
  }
}
