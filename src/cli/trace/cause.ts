import {
  type Causes,
  delayOf,
  inspectIn,
  type Message,
  type PayloadReader,
  placeOf,
  placeText,
  type Process,
  type ProcessDetails,
  type Span,
  textsOf,
} from "../../collector/index.ts";
import { processName } from "./process-name.ts";
import { durationText } from "./units.ts";

/** Gives, for a span, what caused it and in which process, as text. */
export function causeTexts(
  causes: Causes,
  payloads: PayloadReader,
  detailsOf: (process: Process) => ProcessDetails,
): (span: Span) => string | null {
  return (span) => {
    const cause = causes.of(span);
    if (cause === null) return rootText(span, causes.message(span));
    const details = detailsOf(cause.process);
    const where = cause.process === span.process ? "itself" : (processName(details) ?? details.pid);
    return `${placeText(placeOf(cause, payloads))} in ${where}${nodeText(cause, span)}${delayText(cause, span)}`;
  };
}

/** Where the one process is on another node than the other. */
export function nodeText(cause: Span, span: Span): string {
  return cause.process.vm === span.process.vm ? "" : ` on ${cause.process.vm.info?.node ?? "?"}`;
}

const DELAYS = { sent: "in the queue", armed: "by its timer", started: "to start" } as const;

/** How long after its cause a span began, and what that time was. */
export function delayText(cause: Span, span: Span): string {
  const delay = delayOf(cause, span);
  return delay === null ? "" : ` after ${durationText(delay.ns)} ${DELAYS[delay.by]}`;
}

/** What came from outside. */
export function rootText(span: Span, message: Message | null): string | null {
  const root = message?.root ?? null;
  if (root === null) return null;
  const { kind, event, topic, method } = textsOf(root, inspectIn(span.process));
  if (kind === "browser") return `the browser: ${event} on ${topic}`;
  if (kind === "http") return `a request: ${method ?? "HTTP"}`;
  if (kind === "join") return `the browser: join of ${topic}`;
  return kind === "mount" ? "the browser: mount" : null;
}
