import { as, atomName, field, type MapTerm, type Term } from "./etf/index.ts";
import type { RecordedEvent } from "./event-batch.ts";
import { banner, callText, exitText, type Inspect, stackLines } from "./failure/index.ts";
import { unwrapMark } from "./held.ts";
import { inspectTerm } from "./inspect/index.ts";
import { localOf, saidOf } from "./local.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Process, Span } from "./spans.ts";

/** What a span's payloads say, as text. */
export interface SpanDetails {
  /** Null where they could not be taken, or `enter` was lost. */
  readonly args: readonly string[] | null;
  readonly result: string | null;
  /** In Elixir's words: `** (RuntimeError) boom`. */
  readonly error: string | null;
  readonly stacktrace: readonly string[] | null;
}

/** What is known about a process. Terms as text. */
export interface ProcessDetails {
  readonly pid: string;
  readonly registeredName: string | null;
  /** `Module.function/arity`. */
  readonly initialCall: string | null;
  readonly ancestors: readonly string[];
  readonly callers: readonly string[];
  /** Who spawned it. */
  readonly parent: string | null;
  readonly label: string | null;
  /** Why it ended; null while it was seen alive. */
  readonly exit: string | null;
  /** What was last seen of it, by the keys of a `sample` event; empty where it was not looked at. */
  readonly sample: Readonly<Record<string, Term>>;
}

/** `full`: states as they were, in their places. `short`: their numbers there, where they are not short themselves. */
export function spanDetails(
  span: Span,
  payloads: PayloadReader,
  states: "full" | "short" = "full",
): SpanDetails {
  const inspect = inspectIn(span.process);
  const resolve = statesIn(
    span.process,
    payloads,
    states === "full" ? Number.POSITIVE_INFINITY : SHORT,
    inspect,
  );
  const said = read(span.end, payloads);
  const end = span.end?.kind === "mark" ? unwrapMark(said) : said;
  const [kind, reason, stack] = span.status === "raised" ? (as(end, "tuple")?.items ?? []) : [];
  return {
    args: argsOf(read(span.enter, payloads))?.map((arg) => inspect(resolve(arg))) ?? null,
    result: span.status === "ok" ? resultOf(span, end, payloads, (term) => inspect(resolve(term))) : null,
    error: reason === undefined ? null : banner(atomName(kind) ?? "error", reason, stack, inspect),
    stacktrace: reason === undefined ? null : stackLines(stack, inspect),
  };
}

/** Null, too, of words that came without a term. */
function resultOf(
  span: Span,
  end: Term | undefined,
  payloads: PayloadReader,
  text: (term: Term) => string,
): string | null {
  if (end === undefined) return null;
  const said = saidOf(span, payloads);
  if (said !== null) return said.metadata === null ? null : text(said.metadata);
  return text(localOf(span, payloads)?.value ?? end);
}

/** A state that is as short as its number says more. */
const SHORT = 12;

function statesIn(
  process: Process,
  payloads: PayloadReader,
  most: number,
  inspect: Inspect,
): (term: Term) => Term {
  return (term) =>
    payloads.states.resolved(process, term, (version, state) =>
      most === Number.POSITIVE_INFINITY || inspect(state).length <= most ? state : named(version),
    );
}

function named(version: number): Term {
  return {
    type: "tuple",
    items: [{ type: "atom", name: "$escope" }, { type: "atom", name: "state" }, version],
  };
}

export function processDetails(process: Process, payloads: PayloadReader): ProcessDetails {
  const inspect = inspectIn(process);
  const about = as(read(process.spawn, payloads), "map");
  const exit = read(process.exit, payloads);
  const sample = as(read(process.samples.at(-1) ?? null, payloads), "map");
  const list = (key: string): string[] => (as(get(about, key), "list")?.items ?? []).map(inspect);
  const text = (key: string): string | null => textIn(about, key, inspect);
  return {
    pid: inspect({ type: "pid", ...process.pid }),
    // A process's first event may be gone with the first segment.
    registeredName: text("registered_name") ?? textIn(sample, "registered_name", inspect),
    initialCall: functionText(get(about, "initial_call"), inspect),
    ancestors: list("ancestors"),
    callers: list("callers"),
    parent: as(get(about, "parent"), "pid") === null ? null : text("parent"),
    label: text("label"),
    exit: exit === undefined ? null : exitText(exit, "\n    ", inspect),
    sample: Object.fromEntries(sample?.entries.map(([key, value]) => [atomName(key) ?? "?", value]) ?? []),
  };
}

function textIn(map: MapTerm | null, key: string, inspect: Inspect): string | null {
  const value = get(map, key);
  return value === undefined ? null : inspect(value);
}

function read(event: RecordedEvent | null, payloads: PayloadReader): Term | undefined {
  return event === null ? undefined : (payloads.read(event) ?? undefined);
}

/** Pids of the process's own VM print as that VM prints them, also after it became a distributed node. */
export function inspectIn({ vm, pid }: Process): (term: Term) => string {
  const localNodes = new Set([pid.node, ...(vm.info === null ? [] : [vm.info.node])]);
  return (term) => inspectTerm(term, { localNodes });
}

function argsOf(payload: Term | undefined): readonly Term[] | null {
  return as(as(payload, "tuple")?.items[1], "list")?.items ?? null;
}

/** A field, where it is there and not nil. */
function get(map: MapTerm | null, key: string): Term | undefined {
  const value = map === null ? undefined : field(map, key);
  return atomName(value) === "nil" ? undefined : value;
}

function functionText(term: Term | undefined, inspect: Inspect): string | null {
  const [module, name, arity] = as(term, "tuple")?.items ?? [];
  return module === undefined || name === undefined ? null : callText(module, name, arity ?? 0, inspect);
}
