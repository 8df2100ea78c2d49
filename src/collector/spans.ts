import type { Int, Probe, ProcessId } from "../protocol/index.ts";
import type { RecordedEvent } from "./event-batch.ts";
import type { Recording, Vm } from "./recording.ts";
import { collectVm } from "./span-pairs.ts";
import { finishProcess } from "./span-ends.ts";
import type { ReadReport } from "./vm-events.ts";

/** One run of a probed clause. */
export interface Span {
  readonly process: Process;
  /** Unique in its VM. */
  readonly id: Int;
  readonly parent: Int | null;
  /** As it was recorded: see `Causes` for those that have to be found out. */
  readonly cause: Int | null;
  readonly probeId: Int | null;
  readonly probe: Probe | null;
  /** Of its first event that was kept: orders the spans of a process. */
  readonly seq: number;
  /** Nanoseconds since the recording began; where `enter` was lost, when the span ended. */
  readonly start: number;
  /** Null while open, and where `enter` was lost. */
  readonly duration: number | null;
  readonly status: "ok" | "raised" | "open";
  /** Why an open span has no end. Null for spans that ended, for loops, which never have one, and where ends are not recorded. */
  readonly endedBy: EndedBy | null;
  /** Null where it was dropped. */
  readonly enter: RecordedEvent | null;
  /** The `leave` or `raise` event. */
  readonly end: RecordedEvent | null;
  /** What is told of the message that it answers. */
  readonly receive: RecordedEvent | null;
  /** What the call sends. */
  readonly sent: RecordedEvent | null;
}

/** `lost`: it ended, but the event that says so was dropped. `vm`: the VM itself was killed or halted. */
export type EndedBy = "killed" | "running" | "lost" | "vm";

export interface Process {
  readonly vm: Vm;
  readonly pid: ProcessId;
  /** Of its first event, in nanoseconds since the recording began. */
  readonly firstSeen: number;
  readonly spawn: RecordedEvent | null;
  readonly exit: RecordedEvent | null;
  /** What it noted of its states, in order. */
  readonly states: readonly RecordedEvent[];
  /** In which LiveView or channel it worked, in order. */
  readonly contexts: readonly RecordedEvent[];
  /** What its templates cost, in order. */
  readonly renders: readonly RecordedEvent[];
  /** How the tree of LiveViews and components changed, as this process told it, in order. */
  readonly trees: readonly RecordedEvent[];
  /** What was seen of its queue and memory, in order. */
  readonly samples: readonly RecordedEvent[];
}

/** Everything that a recording holds, payloads aside. */
export interface SpanSet {
  readonly recording: Recording;
  /** In the order of time; those of one process in the order in which they happened. */
  readonly spans: readonly Span[];
  /** In the order of their first event. */
  readonly processes: readonly Process[];
  readonly events: number;
  readonly report: ReadReport;
}

/** Reads all events of a recording and pairs them. Payloads stay on the disk. */
export function readSpans(recording: Recording): SpanSet {
  const report: ReadReport = { damage: [...recording.damage], unknownKinds: new Map() };
  const drafts = recording.vms.map((vm) => collectVm(vm, recording, report));
  const collected = drafts.flatMap((draft) => [...draft.processes.values()]);
  collected.sort((left, right) => left.process.firstSeen - right.process.firstSeen);
  // Sorting by time is stable: spans of one process that share a start keep the order of their sequence.
  const spans = collected.flatMap(finishProcess).sort((left, right) => left.start - right.start);
  const events = drafts.reduce((sum, draft) => sum + draft.events, 0);
  return { recording, spans, processes: collected.map((draft) => draft.process), events, report };
}
