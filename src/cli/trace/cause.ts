import {
  type PayloadReader,
  placeOf,
  placeText,
  type Process,
  type ProcessDetails,
  type Span,
  type SpanSet,
} from "../../collector/index.ts";
import { processName } from "./process-name.ts";

/** Gives, for a span, what caused it and in which process, as text. */
export function causeTexts(
  set: SpanSet,
  payloads: PayloadReader,
  detailsOf: (process: Process) => ProcessDetails,
): (span: Span) => string | null {
  let known: Map<string, Span> | undefined;
  return (span) => {
    if (span.cause === null) return null;
    known ??= new Map(set.spans.map((each) => [keyOf(each, each.id), each]));
    const cause = known.get(keyOf(span, span.cause));
    if (cause === undefined) return null;
    const details = detailsOf(cause.process);
    const where = cause.process === span.process ? "itself" : (processName(details) ?? details.pid);
    return `${placeText(placeOf(cause, payloads))} in ${where}`;
  };
}

/** Spans are numbered by VM. */
function keyOf({ process }: Span, id: Span["id"]): string {
  return `${process.vm.name}:${id}`;
}
