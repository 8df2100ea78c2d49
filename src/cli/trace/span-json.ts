import {
  type Causes,
  frameworkTags,
  givenTo,
  localOf,
  type PayloadReader,
  placeOf,
  type Process,
  type ProcessDetails,
  processDetails,
  saidOf,
  type Span,
  spanDetails,
  textOf,
} from "../../collector/index.ts";
import { contextJson, stateJson } from "./context-json.ts";
import { messageJson, spanId } from "./message-json.ts";
import { processName } from "./process-name.ts";

/** A span as `trace show --format json` has it. Field names are a contract: see the README. */
export function spanJson(
  span: Span,
  details: ProcessDetails,
  payloads: PayloadReader,
  staticMounts: ReadonlyMap<Span, Span>,
  causes: Causes,
): Record<string, unknown> {
  const { process, probe } = span;
  const place = placeOf(span, payloads);
  const said = spanDetails(span, payloads);
  const words = saidOf(span, payloads);
  const id = (number: Span["parent"]): string | null => spanId(process.vm, number);
  return {
    span: id(span.id),
    parent: id(span.parent),
    ...messageJson(span, causes),
    pid: details.pid,
    process: processName(details),
    module: place.module,
    function: place.function,
    arity: place.arity,
    clause: place.clause,
    kind: probe?.kind ?? (words === null ? "clause" : "mark"),
    target: place.target,
    callback: probe?.callback ?? null,
    mode: probe?.mode ?? "full",
    ...givenJson(span, payloads, words),
    file: probe?.file || null,
    line: localOf(span, payloads)?.line ?? (probe?.line || null),
    start_ns: span.start,
    duration_ns: span.duration,
    status: span.status,
    ended_by: span.endedBy,
    args: said.args ?? [],
    args_known: said.args !== null,
    result: said.result,
    error: said.error,
    stacktrace: said.stacktrace,
    state: stateJson(span, payloads),
    vm: process.vm.name,
    node: process.vm.info?.node ?? process.pid.node,
    context: contextJson(span, details, payloads, id(staticMounts.get(span)?.id ?? null)),
  };
}

/** Whose words the event bears, and what it can be found by. */
function givenJson(span: Span, payloads: PayloadReader, words: ReturnType<typeof saidOf>): object {
  const { mark, tags } = givenTo(span, payloads);
  return { mark: mark ?? textOf(words?.text), tags: [...frameworkTags(span, payloads), ...tags] };
}

/** Details of processes, read once each. */
export function processDetailsOf(payloads: PayloadReader): (process: Process) => ProcessDetails {
  const known = new Map<Process, ProcessDetails>();
  return (process) => {
    const details = known.get(process) ?? processDetails(process, payloads);
    known.set(process, details);
    return details;
  };
}
