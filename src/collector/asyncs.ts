import { as, atomName, field, type MapTerm, type PidTerm, type Term } from "./etf/index.ts";
import { groupBy } from "./group-by.ts";
import type { PayloadReader } from "./payloads.ts";
import { processKey } from "./process-key.ts";
import type { StateVersion } from "./state/index.ts";
import type { Process, Span, SpanSet } from "./spans.ts";

/** How a task of `start_async`, `assign_async` or `stream_async` ended. */
export type AsyncStatus = "ok" | "error" | "exit" | "cancelled" | "unknown";

/** A task of a LiveView or component, told where its result arrives. */
export interface AsyncResult {
  /** Its name, or the assigns that it is for. */
  readonly key: Term;
  readonly kind: "start" | "assign" | "stream";
  readonly status: AsyncStatus;
  readonly pid: PidTerm;
  /** The span with whose state it came up. */
  readonly startedBy: Span | null;
  /** What of the task was recorded: its outermost spans. */
  readonly spans: readonly Span[];
}

interface Running {
  readonly kind: AsyncResult["kind"];
  readonly pid: PidTerm;
  readonly ref: string;
  readonly key: Term;
  readonly by: StateVersion;
}

/** Knows the tasks of LiveViews, from `private.live_async` in their states. */
export class Asyncs {
  readonly #set: SpanSet;
  readonly #payloads: PayloadReader;
  readonly #known = new Map<Process, ReadonlyMap<string, AsyncResult[]>>();
  #spans: Map<string, Span[]> | undefined;

  constructor(set: SpanSet, payloads: PayloadReader) {
    this.#set = set;
    this.#payloads = payloads;
  }

  /** Those whose results this span has, or is the first to see. */
  of(span: Span): readonly AsyncResult[] {
    let found = this.#known.get(span.process);
    if (found === undefined) this.#known.set(span.process, (found = this.#read(span.process)));
    return found.get(String(span.id)) ?? [];
  }

  #read(process: Process): Map<string, AsyncResult[]> {
    const found = new Map<string, AsyncResult[]>();
    const running = new Map<string, Map<string, Running>>();
    for (const version of this.#payloads.states.versions(process).values()) {
      if (!mayChange(version, this.#payloads)) continue;
      const state = as(this.#payloads.states.term(process, version.version) ?? undefined, "map");
      if (state === null) continue;
      const stream = JSON.stringify(version.stream);
      const before = running.get(stream) ?? new Map<string, Running>();
      const now = runningIn(state, version, before);
      running.set(stream, now);
      const over = [...before].filter(([key, { ref }]) => now.get(key)?.ref !== ref);
      const id = String(version.event.span);
      for (const [, task] of over)
        found.set(id, [...(found.get(id) ?? []), this.#result(process, task, state, id)]);
    }
    return found;
  }

  #result(process: Process, { key, kind, pid, by }: Running, state: MapTerm, id: string): AsyncResult {
    const given = kind === "start" ? this.#handled(process, key, id) : null;
    const started = this.#spansOf(process, process.pid).find(({ id: one }) => one === by.event.span);
    return {
      key,
      kind,
      pid,
      status: given === null ? statusIn(state, key) : statusOf(given),
      startedBy: started ?? null,
      spans: this.#spansOf(process, pid).filter(({ parent }) => parent === null),
    };
  }

  /** What `handle_async/3` was given: in the span that saw the task's end first, or soon after it. */
  #handled(process: Process, key: Term, id: string): Term | null {
    const spans = this.#spansOf(process, process.pid);
    const name = textKey(key);
    for (const span of spans.slice(spans.findIndex((one) => String(one.id) === id))) {
      const [called, result] = asyncArgs(span, this.#payloads);
      if (called !== undefined && textKey(called) === name) return result ?? null;
    }
    return null;
  }

  #spansOf({ vm }: Process, pid: Pick<PidTerm, "id" | "serial">): readonly Span[] {
    this.#spans ??= groupBy(this.#set.spans, (span) => processKey(span.process.vm, span.process.pid));
    return this.#spans.get(processKey(vm, pid)) ?? [];
  }
}

/** Most changes of a state say nothing of tasks, and need not be rebuilt: its bytes tell. */
function mayChange({ event, base }: StateVersion, payloads: PayloadReader): boolean {
  return base === null || payloads.bytes(event).includes("private");
}

/** Those of `before` are kept as they were first seen. */
function runningIn(
  state: MapTerm,
  by: StateVersion,
  before: ReadonlyMap<string, Running>,
): Map<string, Running> {
  const privates = as(field(state, "private"), "map");
  const asyncs = privates === null ? null : as(field(privates, "live_async"), "map");
  const now = new Map<string, Running>();
  for (const [key, value] of asyncs?.entries ?? []) {
    const [ref, pid, kind] = as(value, "tuple")?.items ?? [];
    const process = as(pid, "pid");
    const sort = atomName(kind);
    if (process === null || (sort !== "start" && sort !== "assign" && sort !== "stream")) continue;
    const name = textKey(key);
    const same = JSON.stringify(as(ref, "reference")?.words ?? null);
    const known = before.get(name);
    now.set(name, known?.ref === same ? known : { kind: sort, pid: process, ref: same, key, by });
  }
  return now;
}

function textKey(key: Term): string {
  return JSON.stringify(key, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

/** What `handle_async/3` was given; empty for other spans. */
function asyncArgs({ probe, enter }: Span, payloads: PayloadReader): readonly Term[] {
  if (probe?.function !== "handle_async" || probe.arity !== 3 || enter === null) return [];
  return as(as(payloads.read(enter) ?? undefined, "tuple")?.items[1], "list")?.items ?? [];
}

/** `{:ok, value}`, `{:error, reason}`, `{:exit, reason}`. */
function statusOf(result: Term): AsyncStatus {
  const [tag, reason] = as(result, "tuple")?.items ?? [];
  const name = atomName(tag);
  if (name === "exit") return isCancelled(reason) ? "cancelled" : "exit";
  return name === "ok" || name === "error" ? name : "unknown";
}

/** What `cancel_async/2` says where nobody says otherwise. */
function isCancelled(reason: Term | undefined): boolean {
  const [shutdown, cancel] = as(reason, "tuple")?.items ?? [];
  return atomName(shutdown) === "shutdown" && atomName(cancel) === "cancel";
}

/** What the assign says that the task was for, of several the first. */
function statusIn(state: MapTerm, key: Term): AsyncStatus {
  const name = atomName(as(key, "list")?.items[0] ?? key);
  const assigns = as(field(state, "assigns"), "map");
  const result = name === null || assigns === null ? null : as(field(assigns, name), "map");
  if (result === null) return "unknown";
  const failed = field(result, "failed");
  if (failed !== undefined && atomName(failed) !== "nil") return statusOf(failed);
  return atomName(field(result, "ok?")) === "true" ? "ok" : "unknown";
}
