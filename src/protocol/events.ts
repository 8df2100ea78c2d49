/** The kinds of event that this version understands. Others are skipped and counted. */
export const EVENT_KINDS = [
  "enter",
  "leave",
  "raise",
  "mark",
  "spawn",
  "exit",
  "state",
  "context",
  "render",
  "tree",
  "receive",
  "send",
  "sample",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** An integer of a VM: a bigint only where a number would lose digits. */
export type Int = number | bigint;

/** A process, named as its own VM names it. Processes of one VM differ in `id` or `serial`. */
export interface ProcessId {
  readonly node: string;
  readonly id: number;
  readonly serial: number;
}

/** What every event says besides its payload. */
export interface EventHeader {
  readonly kind: EventKind;
  /** Counts the events of `pid` from 1. 0 for `exit` and `sample`, which the recorder writes. */
  readonly seq: number;
  /** Nanoseconds since the VM's recording began. */
  readonly time: number;
  readonly pid: ProcessId;
  readonly probe: Int | null;
  readonly span: Int | null;
  readonly parent: Int | null;
  readonly cause: Int | null;
}
