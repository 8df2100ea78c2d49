import { basename } from "node:path";
import type { Damage } from "./damage.ts";
import { EtfError } from "./etf/index.ts";
import { countEvents } from "./event-batch.ts";
import { type Frame, readFrames } from "./frames.ts";
import type { Recording, Vm } from "./recording.ts";
import { isRunning } from "./vm-state.ts";
import { decodeFrame, headerContext, type ReadReport } from "./vm-events.ts";

/** What a recording is. Frames are checked and counted; of their events only the last ones are read. */
export interface RecordingSummary {
  readonly name: string;
  readonly path: string;
  readonly project: string | null;
  readonly nodes: readonly string[];
  /** Wall clock in nanoseconds. */
  readonly started: bigint | null;
  /** Nanoseconds to the end of the last VM, or to its last event where it did not end in order. */
  readonly duration: number;
  readonly events: number;
  readonly drops: Readonly<Record<string, number>>;
  readonly damage: readonly Damage[];
  /** Every VM stopped in order, and nothing is damaged. Drops are no matter of this. */
  readonly complete: boolean;
  /** Why a VM ended its recording by itself; null where none did. */
  readonly stopped: string | null;
  /** A VM may still be writing to it. */
  readonly running: boolean;
}

export function summarise(recording: Recording): RecordingSummary {
  const report: ReadReport = { damage: [...recording.damage], unknownKinds: new Map() };
  const parts = recording.vms.map((vm) => summariseVm(vm, recording, report));
  const ended = recording.vms.every((vm) => vm.info !== null && vm.info.ended !== null);
  return {
    name: basename(recording.path),
    path: recording.path,
    project: recording.project,
    nodes: [...new Set(recording.vms.flatMap((vm) => (vm.info === null ? [] : [vm.info.node])))],
    started: recording.started,
    duration: Math.max(0, ...parts.map((part) => part.duration)),
    events: parts.reduce((sum, part) => sum + part.events, 0),
    drops: dropsOf(recording),
    damage: report.damage,
    complete: ended && report.damage.length === 0,
    stopped: recording.vms.find(({ info }) => (info?.stopped ?? null) !== null)?.info?.stopped ?? null,
    running: recording.vms.some(isRunning),
  };
}

/** Lost events by reason, over all VMs. */
export function dropsOf(recording: Recording): Record<string, number> {
  const drops: Record<string, number> = {};
  for (const [reason, count] of recording.vms.flatMap((vm) => Object.entries(vm.info?.drops ?? {}))) {
    drops[reason] = (drops[reason] ?? 0) + count;
  }
  return drops;
}

/** Nanoseconds between the beginnings of the recording and of one of its VMs. */
export function wallOffset(vm: Vm, recording: Recording): number {
  return vm.info === null || recording.started === null
    ? 0
    : Number(vm.info.started.wall_ns - recording.started);
}

function summariseVm(vm: Vm, recording: Recording, report: ReadReport): { events: number; duration: number } {
  const context = headerContext(vm, report);
  let events = 0;
  let last = 0;
  for (const segment of vm.segments) {
    let tail: Frame | null = null;
    for (const frame of readFrames(segment, (damage) => report.damage.push(damage))) {
      events += countIn(frame);
      tail = frame;
    }
    if (tail === null) continue;
    for (const event of decodeFrame(tail, context, report)) last = Math.max(last, event.time);
  }
  const ended = vm.info?.ended ?? null;
  const length = ended === null ? last : Number(ended.monotonic_ns - (vm.info?.started.monotonic_ns ?? 0n));
  return { events, duration: length + wallOffset(vm, recording) };
}

/** A frame that does not hold events is reported by those who read them. */
function countIn(frame: Frame): number {
  try {
    return countEvents(frame.body);
  } catch (error) {
    if (error instanceof EtfError) return 0;
    throw error;
  }
}
