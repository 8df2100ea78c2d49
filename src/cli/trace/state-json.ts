import {
  inspectIn,
  isWhole,
  type PayloadReader,
  placeOf,
  placeText,
  type Process,
  type ProcessDetails,
  type Span,
  type SpanSet,
  type StateStep,
  stateSteps,
  type Stream,
  valueAt,
} from "../../collector/index.ts";
import type { Int } from "../../protocol/index.ts";
import { processName } from "./process-name.ts";

/** What is asked about states. */
export interface Asked {
  readonly set: SpanSet;
  readonly payloads: PayloadReader;
  readonly key: string | undefined;
  readonly detailsOf: (process: Process) => ProcessDetails;
}

/** The changes of a step that the key asks for. */
export function changesAsked({ changes }: StateStep, key: string | undefined): StateStep["changes"] {
  if (changes === null || key === undefined) return changes;
  return changes.filter(
    ({ path }) => path === key || path.startsWith(`${key}.`) || key.startsWith(`${path}.`),
  );
}

/** The span that brought a state. */
export function spanOf({ set }: Asked, process: Process, { span }: StateStep): Span | null {
  let known = SPANS.get(set);
  if (known === undefined) SPANS.set(set, (known = byProcess(set.spans)));
  return span === null ? null : (known.get(process)?.get(span) ?? null);
}

const SPANS = new WeakMap<SpanSet, ReadonlyMap<Process, ReadonlyMap<Int, Span>>>();

function byProcess(spans: readonly Span[]): ReadonlyMap<Process, ReadonlyMap<Int, Span>> {
  const groups = new Map<Process, Map<Int, Span>>();
  for (const span of spans) {
    const group = groups.get(span.process);
    if (group === undefined) groups.set(span.process, new Map([[span.id, span]]));
    else group.set(span.id, span);
  }
  return groups;
}

export function historyJson(asked: Asked, process: Process): Record<string, unknown> {
  const { payloads, detailsOf, key } = asked;
  const details = detailsOf(process);
  const steps = [...stateSteps(process, payloads.states)];
  const shown = steps.filter((step) => key === undefined || changesAsked(step, key)?.length !== 0);
  return {
    pid: details.pid,
    process: processName(details),
    vm: process.vm.name,
    versions: shown.map((step) => stepJson(asked, process, step)),
  };
}

function stepJson(asked: Asked, process: Process, step: StateStep): Record<string, unknown> {
  const inspect = inspectIn(process);
  const span = spanOf(asked, process, step);
  const changes = changesAsked(step, asked.key);
  return {
    version: step.version,
    ...streamJson(step.stream, inspect),
    span: span === null ? null : `${process.vm.name}:${span.id}`,
    by: span === null ? null : placeText(placeOf(span, asked.payloads)),
    time_ns: step.time,
    known: step.state !== null,
    complete: step.complete,
    changes:
      changes?.map(({ path, before, after }) => ({
        key: path,
        before: before === undefined ? null : inspect(before),
        after: after === undefined ? null : inspect(after),
        added: before === undefined,
        removed: after === undefined,
      })) ?? null,
    // Whoever reads on knows the rest from the changes.
    state: changes === null && step.state !== null ? inspect(keyed(step.state, asked.key)) : null,
  };
}

function keyed<T extends StateStep["state"]>(state: T, key: string | undefined): NonNullable<T> {
  const value = key === undefined || state === null ? undefined : valueAt(state, key);
  return (value ?? state) as NonNullable<T>;
}

function streamJson({ kind, id, cid }: Stream, inspect: ReturnType<typeof inspectIn>): object {
  return { of: kind, ...(id === null ? {} : { id: inspect(id) }), ...(cid === null ? {} : { cid }) };
}

/** The states around a span, of everything that its process is. */
export function atJson(asked: Asked, span: Span): Record<string, unknown> {
  const details = asked.detailsOf(span.process);
  return {
    span: `${span.process.vm.name}:${span.id}`,
    pid: details.pid,
    process: processName(details),
    before: statesAt(asked, span, span.enter?.seq ?? null),
    after: statesAt(asked, span, span.end?.seq ?? null),
  };
}

function statesAt({ payloads, key }: Asked, { process }: Span, seq: number | null): object[] | null {
  if (seq === null) return null;
  const inspect = inspectIn(process);
  return payloads.states.latest(process, seq).map(({ version, stream }) => {
    const state = payloads.states.term(process, version);
    const value = state === null || key === undefined ? state : (valueAt(state, key) ?? null);
    return Object.assign(streamJson(stream, inspect), {
      version,
      known: state !== null,
      complete: state !== null && isWhole(state),
      state: value === null ? null : inspect(value),
    });
  });
}
