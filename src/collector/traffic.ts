import { type Causes, type Delay, delayOf } from "./causes.ts";
import type { Process, Span, SpanSet } from "./spans.ts";

/** Spans of one process that answer what spans of another one have sent, armed or started. */
export interface Traffic {
  readonly from: Process;
  /** May be the same: a process sends to itself, or arms a timer. */
  readonly to: Process;
  /** In the order of time. */
  readonly answers: readonly Answer[];
}

export interface Answer {
  readonly span: Span;
  readonly cause: Span;
  /** Null where the cause is not a call site, or of another VM. */
  readonly delay: Delay | null;
}

/** Who sent to whom, as outermost spans tell it: a message that no probed function took is not seen. By the first answer. */
export function trafficOf(set: SpanSet, causes: Causes): Traffic[] {
  const found = new Map<Process, Map<Process, Answer[]>>();
  for (const span of set.spans) {
    const cause = span.parent === null ? causes.of(span) : null;
    if (cause === null || isOneTurn(cause, span)) continue;
    const ways = found.get(cause.process) ?? new Map<Process, Answer[]>();
    found.set(cause.process, ways);
    const answers = ways.get(span.process) ?? [];
    ways.set(span.process, answers);
    answers.push({ span, cause, delay: delayOf(cause, span) });
  }
  const all = [...found].flatMap(([from, ways]) => [...ways].map(([to, answers]) => ({ from, to, answers })));
  return all.sort((left, right) => startOf(left) - startOf(right));
}

/** A callback that leads to another one of its process in the same turn (`handle_event/3` to `render/1`) sends nothing. */
function isOneTurn(cause: Span, span: Span): boolean {
  return cause.process === span.process && delayOf(cause, span) === null;
}

function startOf({ answers }: Traffic): number {
  return answers[0]?.span.start ?? 0;
}
