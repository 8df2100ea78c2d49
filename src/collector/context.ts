import { as, atomName, field, type MapTerm, type Term, textOf } from "./etf/index.ts";
import type { PayloadReader } from "./payloads.ts";
import { type Stream, stateRef } from "./state/index.ts";
import type { Process, Span } from "./spans.ts";

/** Where a span's process worked, as it noted it itself. Terms are not yet text. */
export interface SpanContext {
  /** What `live_view`, `channel` or `process` say, by name. */
  readonly kind: "live_view" | "channel" | "process";
  readonly about: MapTerm;
}

/**
 * The newest note of the process before the span began; where its state says of which LiveView it is, of those about that
 * one: a page's LiveViews are all rendered in one process.
 */
export function contextOf(span: Span, payloads: PayloadReader): SpanContext | null {
  const notes = notesOf(span.process, payloads);
  if (notes.length === 0) return null;
  const seq = span.enter?.seq ?? span.seq;
  const isBefore = (note: Note): boolean => note.seq <= seq;
  const id = notes.length < 2 ? null : textOf(statesOf(span, payloads)?.stream?.id ?? undefined);
  const same = id === null ? undefined : notes.findLast((note) => note.id === id && isBefore(note));
  return same?.context ?? notes.findLast(isBefore)?.context ?? null;
}

interface Note {
  readonly seq: number;
  readonly id: string | null;
  readonly context: SpanContext;
}

/** Decoded once: many spans ask for the same. */
const NOTES = new WeakMap<Process, readonly Note[]>();

function notesOf(process: Process, payloads: PayloadReader): readonly Note[] {
  const known = NOTES.get(process);
  if (known !== undefined) return known;
  const notes = process.contexts.flatMap((event): Note[] => {
    const about = as(payloads.read(event) ?? undefined, "map");
    const kind = about === null ? null : atomName(field(about, "kind"));
    if (about === null || (kind !== "live_view" && kind !== "channel" && kind !== "process")) return [];
    return [{ seq: event.seq, id: idOf(about), context: { kind, about } }];
  });
  NOTES.set(process, notes);
  return notes;
}

/** A LiveView's id, or a channel's topic. */
function idOf(about: MapTerm): string | null {
  return textOf(field(about, "id") ?? field(about, "topic"));
}

/** Which state a span's arguments and result are, by their versions. */
export interface SpanStates {
  readonly stream: Stream | null;
  readonly before: number | null;
  readonly after: number | null;
}

export function statesOf(span: Span, payloads: PayloadReader): SpanStates | null {
  const args = as(as(read(span, "enter", payloads), "tuple")?.items[1], "list")?.items ?? [];
  const end = span.status === "ok" ? read(span, "end", payloads) : undefined;
  const before = lastVersion(args);
  const after = stateRef(end)?.version ?? lastVersion(as(end, "tuple")?.items ?? []);
  const version = before ?? after;
  if (version === null) return null;
  const versions = payloads.states.versions(span.process);
  return { stream: versions.get(version)?.stream ?? null, before, after };
}

function lastVersion(terms: readonly Term[]): number | null {
  const refs = terms.flatMap((term) => stateRef(term)?.version ?? []);
  return refs.at(-1) ?? null;
}

function read(span: Span, which: "enter" | "end", payloads: PayloadReader): Term | undefined {
  const event = span[which];
  return event === null ? undefined : (payloads.read(event) ?? undefined);
}

/** Who asks in a `handle_call`: the pid in its second argument. */
export function callerOf(
  span: Span,
  payloads: PayloadReader,
  inspect: (term: Term) => string,
): string | null {
  const args = as(as(read(span, "enter", payloads), "tuple")?.items[1], "list")?.items ?? [];
  const pid = as(as(args[1], "tuple")?.items[0], "pid");
  return pid === null ? null : inspect(pid);
}

/** The entries of a note as text, words and binaries as they are, nil as null. */
export function textsOf(about: MapTerm, inspect: (term: Term) => string): Record<string, string | null> {
  return Object.fromEntries(
    about.entries.map(([key, value]): [string, string | null] => {
      const name = atomName(value);
      const text = isWord(name) ? name : (textOf(value) ?? inspect(value));
      return [atomName(key) ?? "?", name === "nil" ? null : text];
    }),
  );
}

/** Other atoms are modules. */
function isWord(name: string | null): name is string {
  return name !== null && /^[a-z]/.test(name);
}

/** Tags that say of which framework an event is; a LiveView's are no GenServer's, although it is one. */
export function frameworkTags(span: Span, payloads: PayloadReader): string[] {
  const tag = TAGS[span.probe?.callback ?? ""];
  if (tag !== "otp.gen_server") return tag === undefined ? [] : [tag];
  const kind = contextOf(span, payloads)?.kind;
  if (kind === "live_view") return ["phoenix.live_view"];
  return [kind === "channel" ? "phoenix.channel" : tag];
}

const TAGS: Readonly<Record<string, string>> = {
  "Phoenix.LiveView": "phoenix.live_view",
  "Phoenix.LiveComponent": "phoenix.live_component",
  "Phoenix.Channel": "phoenix.channel",
  GenServer: "otp.gen_server",
  ":gen_statem": "otp.gen_statem",
  GenStage: "gen_stage",
};

/**
 * The static mounts that connected ones continue: the browser brings the id of the LiveView back that its page was
 * rendered with. Of several with one id, the last one before.
 */
export function staticMounts(spans: readonly Span[], payloads: PayloadReader): ReadonlyMap<Span, Span> {
  const rendered = new Map<string, Span>();
  const found = new Map<Span, Span>();
  for (const span of spans) {
    if (span.probe?.callback !== "Phoenix.LiveView" || span.probe.function !== "mount") continue;
    const context = contextOf(span, payloads);
    const key = context === null ? null : idAndView(context.about);
    if (context === null || key === null) continue;
    if (atomName(field(context.about, "mount")) === "static") rendered.set(key, span);
    else {
      const page = rendered.get(key);
      if (page !== undefined) found.set(span, page);
    }
  }
  return found;
}

function idAndView(about: MapTerm): string | null {
  const id = textOf(field(about, "id"));
  return id === null ? null : `${id} ${atomName(field(about, "view"))}`;
}
