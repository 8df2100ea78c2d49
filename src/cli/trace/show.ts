import picocolors from "picocolors";
import { Causes, dropsOf, type PayloadReader, type Span, type SpanSet } from "../../collector/index.ts";
import { causeTexts } from "./cause.ts";
import { crashedProcesses, crashesJson, crashLines } from "./crashes.ts";
import { askRecording } from "./ask.ts";
import type { ShowOptions, TraceIo } from "./options.ts";
import { liveNotes } from "./live-notes.ts";
import { foldLoops } from "./rounds.ts";
import { selectSpans } from "./select.ts";
import { processLines } from "./show-text.ts";
import { processDetailsOf } from "./span-json.ts";
import { callTrees } from "./tree.ts";
import { writeParts } from "./write-parts.ts";
import { wholeSpans } from "./whole-span.ts";
import { countText, dropsText, durationText, offsetText, wallText } from "./units.ts";

const TEXT_LIMIT = 200;

/** `escope trace show`: the spans of a recording, as call trees or as data. Gives the exit code. */
export function runTraceShow(options: ShowOptions, io: TraceIo): Promise<number> {
  return askRecording(options, io, async (set, payloads) => {
    const selected = selectSpans(set, options, payloads);
    if (options.crashes === true) await writeCrashes(set, selected, options, payloads, io);
    else if (options.format === "json") await writeJson(set, selected.slice(0, options.limit), payloads, io);
    else await writeText(set, selected, options.limit ?? TEXT_LIMIT, payloads, io);
  });
}

/** Span by span: the text of a long recording would not fit into one string. */
function writeJson(
  set: SpanSet,
  spans: readonly Span[],
  payloads: PayloadReader,
  io: TraceIo,
): Promise<void> {
  const jsonOf = wholeSpans(set, payloads, new Causes(set, payloads));
  const { damage, unknownKinds } = set.report;
  const rest = { drops: dropsOf(set.recording), damage, unknown_events: Object.fromEntries(unknownKinds) };
  function* parts(): Generator<string> {
    yield '{"spans":[';
    for (const [index, span] of spans.entries()) {
      yield `${index === 0 ? "" : ","}\n${JSON.stringify(jsonOf(span))}`;
    }
    yield `\n],${JSON.stringify(rest).slice(1)}\n`;
  }
  return writeParts(parts(), io);
}

function writeText(
  set: SpanSet,
  selected: readonly Span[],
  limit: number,
  payloads: PayloadReader,
  io: TraceIo,
): Promise<void> {
  const detailsOf = processDetailsOf(payloads);
  const drops = dropsText(dropsOf(set.recording));
  const rounds = foldLoops(selected);
  const shown = rounds.slice(0, limit);
  const offsetColumns = offsetText(shown.at(-1)?.span.start ?? 0).length + 2;
  const causes = new Causes(set, payloads);
  const causeOf = causeTexts(causes, payloads, detailsOf);
  const notes = liveNotes(set, payloads, causes);
  const notesOf = (span: Span): string[] => [...notes.sent(span), ...notes.lines(span)];
  const style = {
    colors: picocolors.createColors(io.color),
    width: io.width,
    offsetColumns,
    causeOf,
    notesOf,
  };
  const rest = rounds.slice(limit).reduce((sum, { count }) => sum + count, 0);
  function* lines(): Generator<string> {
    yield `${style.colors.bold(titleOf(set))}\n`;
    if (drops !== null) yield `${style.colors.yellow(`dropped: ${drops}`)}\n`;
    for (const { process, roots } of callTrees(shown, set.spans)) {
      yield "\n";
      for (const line of processLines(roots, detailsOf(process), payloads, style)) yield `${line}\n`;
    }
    if (rest > 0) yield `\n${countText(rest, "more span")}; --limit ${rounds.length} shows all\n`;
    if (selected.length === 0 && set.spans.length > 0) yield "\nno span matches\n";
    if (set.spans.length === 0 && set.events > 0)
      yield `\nno call was recorded: the events tell of processes alone${crashedText(set, detailsOf)}\n`;
  }
  return writeParts(lines(), io);
}

function crashedText(set: SpanSet, detailsOf: ReturnType<typeof processDetailsOf>): string {
  const { length } = crashedProcesses(set.recording, set.processes, detailsOf);
  return length === 0 ? "" : `, of which ${length} crashed (escope trace show --crashes)`;
}

function writeCrashes(
  set: SpanSet,
  selected: readonly Span[],
  options: ShowOptions,
  payloads: PayloadReader,
  io: TraceIo,
): Promise<void> {
  const asked = { set, selected, payloads, limit: options.limit, detailsOf: processDetailsOf(payloads) };
  if (options.format === "json") return writeParts([crashesJson(asked)], io);
  return writeParts(crashLines(asked, io), io);
}

/** What the recording is and how much it holds. */
function titleOf({ recording, spans, processes, events }: SpanSet): string {
  const { project, started } = recording;
  const last = spans.reduce((latest, span) => Math.max(latest, span.start + (span.duration ?? 0)), 0);
  const parts = [
    project,
    started === null ? null : wallText(started),
    durationText(last),
    countText(events, "event"),
  ];
  const counts = `${countText(spans.length, "span")} in ${countText(processes.length, "process")}`;
  return [...parts.filter((part) => part !== null), counts].join(" · ");
}
