import type { Int, ProcessId } from "../protocol/index.ts";
import type { RecordedEvent } from "./event-batch.ts";
import type { Recording, Vm } from "./recording.ts";
import type { Process } from "./spans.ts";
import { wallOffset } from "./summary.ts";
import { type ReadReport, readVmEvents } from "./vm-events.ts";

/** The events of one span as far as they were found: they come in any order, and some never. */
export interface SpanDraft {
  enter: RecordedEvent | null;
  end: RecordedEvent | null;
  receive: RecordedEvent | null;
  sent: RecordedEvent | null;
}

export interface ProcessDraft {
  process: Process;
  /** Nanoseconds between the beginnings of the recording and of this VM. */
  readonly clockOffset: number;
  readonly spans: Map<Int, SpanDraft>;
  /** Those of `process`. */
  readonly states: RecordedEvent[];
  readonly contexts: RecordedEvent[];
  readonly renders: RecordedEvent[];
  readonly trees: RecordedEvent[];
  readonly samples: RecordedEvent[];
}

export interface VmDraft {
  readonly processes: ReadonlyMap<ProcessId, ProcessDraft>;
  readonly events: number;
}

/** Reads a VM's events, and puts those of one span together. */
export function collectVm(vm: Vm, recording: Recording, report: ReadReport): VmDraft {
  const processes = new Map<ProcessId, ProcessDraft>();
  const offset = wallOffset(vm, recording);
  let events = 0;
  for (const event of readVmEvents(vm, report)) {
    events += 1;
    let draft = processes.get(event.pid);
    if (draft === undefined) processes.set(event.pid, (draft = newProcess(vm, event, offset)));
    addEvent(draft, event);
  }
  return { processes, events };
}

function newProcess(vm: Vm, event: RecordedEvent, clockOffset: number): ProcessDraft {
  const firstSeen = event.time + clockOffset;
  const notes = { states: [], contexts: [], samples: [], renders: [], trees: [] };
  const process: Process = { vm, pid: event.pid, firstSeen, spawn: null, exit: null, ...notes };
  return { process, clockOffset, spans: new Map(), ...notes };
}

function addEvent(draft: ProcessDraft, event: RecordedEvent): void {
  const { process, clockOffset, spans } = draft;
  const time = event.time + clockOffset;
  if (time < process.firstSeen) draft.process = { ...process, firstSeen: time };
  if (event.kind === "spawn" || event.kind === "exit")
    draft.process = { ...draft.process, [event.kind]: event };
  else if (event.kind === "state") draft.states.push(event);
  else if (event.kind === "context") draft.contexts.push(event);
  else if (event.kind === "render") draft.renders.push(event);
  else if (event.kind === "tree") draft.trees.push(event);
  else if (event.kind === "sample") draft.samples.push(event);
  else if (event.span !== null) addToSpan(spans, event.span, event);
}

function addToSpan(spans: Map<Int, SpanDraft>, id: Int, event: RecordedEvent): void {
  let span = spans.get(id);
  if (span === undefined) spans.set(id, (span = { enter: null, end: null, receive: null, sent: null }));
  if (event.kind === "enter") span.enter = event;
  else if (event.kind === "receive") span.receive = event;
  else if (event.kind === "send") span.sent = event;
  else span.end = event;
}
