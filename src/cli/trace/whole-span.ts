import {
  type Causes,
  type PayloadReader,
  type Span,
  type SpanSet,
  staticMounts,
} from "../../collector/index.ts";
import { liveNotes } from "./live-notes.ts";
import { processDetailsOf, spanJson } from "./span-json.ts";

/** Gives all fields that a span has in `trace show --format json`; what they take of the whole recording is read once. */
export function wholeSpans(
  set: SpanSet,
  payloads: PayloadReader,
  causes: Causes,
): (span: Span) => Record<string, unknown> {
  const detailsOf = processDetailsOf(payloads);
  const mounts = staticMounts(set.spans, payloads);
  const notes = liveNotes(set, payloads, causes);
  return (span) => ({
    ...spanJson(span, detailsOf(span.process), payloads, mounts, causes),
    ...notes.json(span),
  });
}
