import { placeOf, placeText, type Process, type Span, spanDetails } from "../../../collector/index.ts";
import { processTitle } from "../process-name.ts";
import { spanId } from "../message-json.ts";
import type { Exported } from "./exported.ts";

/** Where the viewer draws a span: its VM is a process there, its process a thread. */
interface Track {
  readonly pid: number;
  readonly tid: number;
}

/**
 * The Trace Event Format, which Perfetto and chrome://tracing open: a slice for each span, an arrow from each cause to what
 * answers it. Times in microseconds. Source: "Trace Event Format", the Chromium project's document.
 */
export function* chromeParts(exported: Exported): Generator<string> {
  const { spans, causes } = exported;
  const tracks = tracksOf(exported);
  const shown = new Set(spans);
  yield '{"displayTimeUnit":"ns","traceEvents":[';
  let before = "";
  for (const event of events()) {
    yield `${before}\n${JSON.stringify(event)}`;
    before = ",";
  }
  yield "\n]}\n";

  function* events(): Generator<Record<string, unknown>> {
    yield* names(exported, tracks);
    for (const [index, span] of spans.entries()) {
      yield slice(span, exported, trackOf(span));
      const cause = span.parent === null ? causes.of(span) : null;
      if (cause !== null && shown.has(cause)) yield* arrow(cause, span, index + 1);
    }
  }

  function* arrow(cause: Span, span: Span, id: number): Generator<Record<string, unknown>> {
    const flow = { name: "cause", cat: "cause", id };
    yield { ...flow, ph: "s", ts: micro(cause.start), ...trackOf(cause) };
    yield { ...flow, ph: "f", bp: "e", ts: micro(span.start), ...trackOf(span) };
  }

  function trackOf({ process }: Span): Track {
    return tracks.get(process) as Track;
  }
}

function tracksOf({ set, spans }: Exported): Map<Process, Track> {
  const vms = new Map(set.recording.vms.map((vm, index) => [vm, index + 1]));
  const tracks = new Map<Process, Track>();
  for (const { process } of spans)
    if (!tracks.has(process)) tracks.set(process, { pid: vms.get(process.vm) ?? 0, tid: tracks.size + 1 });
  return tracks;
}

function* names(
  { detailsOf }: Exported,
  tracks: ReadonlyMap<Process, Track>,
): Generator<Record<string, unknown>> {
  const vms = new Set<number>();
  for (const [process, track] of tracks) {
    const { pid } = track;
    const node = process.vm.info?.node ?? process.vm.name;
    if (!vms.has(pid)) yield { name: "process_name", ph: "M", pid, tid: 0, args: { name: node } };
    vms.add(pid);
    const details = detailsOf(process);
    const name = processTitle(details);
    yield { name: "thread_name", ph: "M", ...track, args: { name } };
    yield { name: "thread_sort_index", ph: "M", ...track, args: { sort_index: track.tid } };
  }
}

/** A span without an end is one that began: the viewer draws it up to the end of the recording. */
function slice(span: Span, { payloads }: Exported, track: Track): Record<string, unknown> {
  const { process, probe, status, duration } = span;
  const { args, result, error } = spanDetails(span, payloads, "short");
  const isLoop = probe?.mode === "enter" || (duration === null && status !== "open");
  return {
    name: placeText(placeOf(span, payloads)),
    cat: probe?.callback ?? probe?.kind ?? "mark",
    ph: isLoop ? "i" : duration === null ? "B" : "X",
    ...(isLoop ? { s: "t" } : {}),
    ts: micro(span.start),
    ...(duration === null ? {} : { dur: micro(duration) }),
    ...track,
    args: { span: spanId(process.vm, span.id), status, args, result, error },
  };
}

function micro(ns: number): number {
  return ns / 1e3;
}
