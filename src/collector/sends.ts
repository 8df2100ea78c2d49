import type { Causes } from "./causes.ts";
import { as, atomName, type PidTerm, type Term } from "./etf/index.ts";
import { groupBy } from "./group-by.ts";
import type { PayloadReader } from "./payloads.ts";
import { sentAt } from "./sent-at.ts";
import type { Span, SpanSet } from "./spans.ts";

/** A message that a call site sends. */
export interface Sent {
  /** `send`, `cast`, `call`, `reply` or `broadcast`. */
  readonly how: string;
  /** As the call names it; of a broadcast, the topic. */
  readonly to: Term;
  /** The process that this was; null where nobody knew. */
  readonly pid: PidTerm | null;
  /** Which of the call's arguments is the message. */
  readonly argument: number;
  /** Nanoseconds since the recording began. */
  readonly at: number;
  /** What it led to: the spans that answer it, and how long after it they began; null on another clock. */
  readonly received: readonly { readonly span: Span; readonly after: number | null }[];
}

/** Knows both ends of messages: where a call site sent them, and the spans that answer them. */
export class Sends {
  readonly #set: SpanSet;
  readonly #payloads: PayloadReader;
  readonly #causes: Causes;
  /** Outermost spans, by the one that has caused them. */
  #answers: ReadonlyMap<Span | null, readonly Span[]> | undefined;

  constructor(set: SpanSet, payloads: PayloadReader, causes: Causes) {
    this.#set = set;
    this.#payloads = payloads;
    this.#causes = causes;
  }

  /** Null for a span that is no call site, or sends nothing. */
  of(span: Span): Sent | null {
    if (span.sent === null) return null;
    const [how, to, pid, argument] = as(this.#payloads.read(span.sent) ?? undefined, "tuple")?.items ?? [];
    if (to === undefined || typeof argument !== "number") return null;
    const at = sentAt(span);
    this.#answers ??= groupBy(this.#set.spans, (one) => (one.parent === null ? this.#causes.of(one) : null));
    const received = (this.#answers.get(span) ?? []).map((one) => {
      const isSame = one.process.vm === span.process.vm;
      return { span: one, after: isSame ? Math.max(0, one.start - at) : null };
    });
    return { how: atomName(how) ?? "send", to, pid: as(pid, "pid"), argument, at, received };
  }
}
