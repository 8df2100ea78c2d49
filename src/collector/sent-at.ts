import type { Span } from "./spans.ts";

/** When a call site has sent its message, in nanoseconds since the recording began; of others, when they began. */
export function sentAt({ start, enter, sent }: Span): number {
  return sent === null || enter === null ? start : start + sent.time - enter.time;
}
