import type { Int, Probe } from "../protocol/index.ts";
import type { ProcessDraft, SpanDraft } from "./span-pairs.ts";
import { isRunning } from "./vm-state.ts";
import type { EndedBy, Process, Span } from "./spans.ts";

/** The spans of a process in the order in which they happened. Uses the draft up. */
export function finishProcess(draft: ProcessDraft): Span[] {
  const spans: Span[] = [];
  // Rings are emptied one by one, and a process changes its scheduler.
  for (const notes of [draft.states, draft.contexts, draft.renders, draft.trees])
    notes.sort((left, right) => left.seq - right.seq);
  for (const [id, span] of draft.spans) spans.push(finishSpan(id, span, draft));
  // Drafts of millions of spans are not kept beside the spans.
  draft.spans.clear();
  spans.sort((left, right) => left.seq - right.seq);
  return spans.some(isUnended) ? nameEnds(spans, draft.process) : spans;
}

function finishSpan(
  id: Int,
  { enter, end, receive, sent }: SpanDraft,
  { process, clockOffset }: ProcessDraft,
): Span {
  const first = enter ?? end ?? receive ?? sent;
  if (first === null) throw new Error("a span without events");
  return {
    process,
    id,
    parent: first.parent,
    cause: first.cause,
    probeId: first.probe,
    probe: first.probe === null ? null : process.vm.probeAt(first.probe, first.time),
    seq: first.seq,
    start: first.time + clockOffset,
    duration: enter === null || end === null ? null : end.time - enter.time,
    status: end === null ? "open" : end.kind === "raise" ? "raised" : "ok",
    endedBy: null,
    enter,
    end,
    receive,
    sent,
  };
}

/** Says of each open span why it is open. Parents come before their children. */
function nameEnds(spans: readonly Span[], process: Process): Span[] {
  const lastBelow = new Map<Int | null, number>();
  for (const { parent, seq } of spans) lastBelow.set(parent, seq);
  const named = new Map<Int, Span>();
  for (const span of spans) {
    const parent = span.parent === null ? undefined : named.get(span.parent);
    const isOver =
      hasEnded(parent, span) || (span.seq > 0 && (lastBelow.get(span.parent) as number) > span.seq);
    named.set(span.id, isUnended(span) ? { ...span, endedBy: reason(isOver, process) } : span);
  }
  return [...named.values()];
}

/** Loops have no end to wait for, and the rules of some probes have theirs left out. */
function isUnended({ status, probe }: Span): boolean {
  return status === "open" && probe?.mode !== "enter" && !hasHiddenEnd(probe);
}

/** Whether a span of this probe may have ended without an event that says so. */
export function hasHiddenEnd(probe: Probe | null): boolean {
  return probe?.do?.leave === false || probe?.do?.raise === false;
}

/** A parent outlives its children, but for those that its template calls after it. */
function hasEnded(parent: Span | undefined, child: Span): boolean {
  if (parent === undefined) return false;
  if (parent.end === null) return parent.endedBy === "lost";
  // Traced calls have no number.
  return child.seq === 0 || parent.end.seq > child.seq;
}

/** What went on above or after a span proves that it ended. */
function reason(isOver: boolean, process: Process): EndedBy {
  if (isOver) return "lost";
  if (process.exit !== null) return "killed";
  return isRunning(process.vm) ? "running" : "vm";
}
