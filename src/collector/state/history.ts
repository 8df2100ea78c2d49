import type { Int } from "../../protocol/index.ts";
import { as, atomName, field, type Term } from "../etf/index.ts";
import type { RecordedEvent } from "../event-batch.ts";
import type { PayloadReader } from "../payloads.ts";
import type { Process } from "../spans.ts";
import { patched } from "./patch.ts";
import { stateRef } from "./marks.ts";

/** Whose state it is: the process's own, or that of something in it. */
export interface Stream {
  readonly kind: "process" | "live_view" | "component" | "channel";
  /** The LiveView's id, or the channel's topic. */
  readonly id: Term | null;
  /** Of a component. */
  readonly cid: number | null;
}

/** One state of a process. */
export interface StateVersion {
  /** Counts the states of the process. */
  readonly version: number;
  /** The same object for all states of a stream. */
  readonly stream: Stream;
  /** The state of the same stream before; null for its first. */
  readonly previous: number | null;
  /** What was recorded is a change of this one; null where it is the whole state. */
  readonly base: number | null;
  /** In whose event it came up. */
  readonly span: Int | null;
  readonly event: RecordedEvent;
}

/** Rebuilt states at hand: who reads on needs the one before. */
const CACHED = 64;

/** Rebuilds the states of processes from their `state` events. */
export class StateHistory {
  readonly #payloads: PayloadReader;
  readonly #versions = new WeakMap<readonly RecordedEvent[], ReadonlyMap<number, StateVersion>>();
  /** By the event, in the order of last use. */
  readonly #terms = new Map<RecordedEvent, Term>();

  constructor(payloads: PayloadReader) {
    this.#payloads = payloads;
  }

  /** The states of a process, by number, in the order in which they came. */
  versions({ states }: Process): ReadonlyMap<number, StateVersion> {
    const known = this.#versions.get(states);
    if (known !== undefined) return known;
    const versions = this.#read(states);
    this.#versions.set(states, versions);
    return versions;
  }

  /** The whole state; null where an event that it takes was lost. */
  term(process: Process, version: number): Term | null {
    const chain = this.#chain(process, version);
    if (chain === null) return null;
    let term: Term | undefined;
    for (const event of chain) {
      const known = this.#terms.get(event);
      const recorded = known === undefined ? payloadOf(this.#payloads.read(event))?.recorded : undefined;
      if (known === undefined && recorded === undefined) return null;
      term = known ?? patched(term, recorded as Term);
      this.#keep(event, term);
    }
    return term ?? null;
  }

  /** The newest state of each stream, as the process was at this event. */
  latest(process: Process, seq: number): StateVersion[] {
    const latest = new Map<Stream, StateVersion>();
    for (const one of this.versions(process).values()) if (one.event.seq <= seq) latest.set(one.stream, one);
    return [...latest.values()];
  }

  /** `term` with the states in it that it only names. */
  resolved(
    process: Process,
    term: Term,
    show: (version: number, state: Term) => Term = (_, state) => state,
  ): Term {
    const ref = stateRef(term);
    if (ref !== null) {
      const state = this.term(process, ref.version);
      const part = ref.part === null || state === null ? state : field(as(state, "map") ?? NONE, ref.part);
      return part === null || part === undefined ? term : show(ref.version, part);
    }
    const items = as(term, "tuple")?.items;
    if (items === undefined || !items.some((item) => stateRef(item) !== null)) return term;
    return { type: "tuple", items: items.map((item) => this.resolved(process, item, show)) };
  }

  /** The events from a whole state, or one at hand, to `version`. */
  #chain(process: Process, version: number): RecordedEvent[] | null {
    const versions = this.versions(process);
    const chain: RecordedEvent[] = [];
    for (let next: number | null = version; next !== null;) {
      const one: StateVersion | undefined = versions.get(next);
      if (one === undefined) return null;
      chain.push(one.event);
      // A change is always one of an earlier state.
      if (one.base !== null && one.base >= one.version) return null;
      next = this.#terms.has(one.event) ? null : one.base;
    }
    return chain.reverse();
  }

  #keep(event: RecordedEvent, term: Term): void {
    this.#terms.delete(event);
    this.#terms.set(event, term);
    for (const oldest of this.#terms.keys()) {
      if (this.#terms.size <= CACHED) break;
      this.#terms.delete(oldest);
    }
  }

  #read(states: readonly RecordedEvent[]): ReadonlyMap<number, StateVersion> {
    const versions = new Map<number, StateVersion>();
    const streams = new Map<string, { stream: Stream; last: number | null }>();
    for (const event of states) {
      const payload = payloadOf(this.#payloads.read(event));
      if (payload === null) continue;
      const { version, base } = payload;
      const stream = streamOf(payload.stream);
      const key = JSON.stringify(stream);
      const known = streams.get(key) ?? { stream, last: null };
      const { span } = event;
      versions.set(version, { version, stream: known.stream, previous: known.last, base, span, event });
      streams.set(key, { stream: known.stream, last: version });
    }
    return versions;
  }
}

const NONE = { type: "map", entries: [] } as const;

function payloadOf(
  term: Term | null,
): { stream: Term; version: number; base: number | null; recorded: Term } | null {
  const [stream, version, base, recorded] = as(term ?? undefined, "tuple")?.items ?? [];
  if (stream === undefined || typeof version !== "number" || recorded === undefined) return null;
  return { stream, version, base: typeof base === "number" ? base : null, recorded };
}

function streamOf(term: Term): Stream {
  const [kind, id = null, cid] = as(term, "tuple")?.items ?? [];
  const name = atomName(kind);
  if (name !== "live_view" && name !== "component" && name !== "channel")
    return { kind: "process", id: null, cid: null };
  return { kind: name, id, cid: typeof cid === "number" ? cid : null };
}
