import { basename } from "node:path";
import type { ProcessId } from "../protocol/index.ts";
import type { Damage } from "./damage.ts";
import { EtfError } from "./etf/index.ts";
import { type HeaderContext, type ProcessTable, readEvents, type RecordedEvent } from "./event-batch.ts";
import { type Frame, readFrames } from "./frames.ts";
import type { Vm } from "./recording.ts";
import { vmClock } from "./vm-clock.ts";

/** What reading met besides events. It grows while the events are read. */
export interface ReadReport {
  readonly damage: Damage[];
  /** Skipped events by kind: a newer runtime may write kinds that this version does not know. */
  readonly unknownKinds: Map<string, number>;
}

/** All events of a VM in the order of writing, which is no order at all: rings are emptied one by one. */
export function* readVmEvents(vm: Vm, report: ReadReport): Generator<RecordedEvent, void> {
  const context = headerContext(vm, report);
  for (const segment of vm.segments) {
    for (const frame of readFrames(segment, (damage) => report.damage.push(damage))) {
      yield* decodeFrame(frame, context, report);
    }
  }
}

/** A frame with a right checksum and a wrong body is the writer's fault: the next frame may still be sound. */
export function decodeFrame(frame: Frame, context: HeaderContext, report: ReadReport): RecordedEvent[] {
  const { path, offset, length, body } = frame;
  try {
    return readEvents(body, { path, offset, length }, context);
  } catch (error) {
    if (!(error instanceof EtfError)) throw error;
    report.damage.push({ file: basename(path), offset: offset + error.offset, reason: error.message });
    return [];
  }
}

/** For the events of one VM. Times count from its beginning. */
export function headerContext(vm: Vm, report: ReadReport): HeaderContext {
  const unknown = report.unknownKinds;
  return {
    clock: vmClock(vm.info?.started.monotonic_ns ?? null),
    processes: processTable(),
    onUnknownKind: (kind) => unknown.set(kind, (unknown.get(kind) ?? 0) + 1),
  };
}

/** Node and creation change when a VM becomes distributed, and its processes stay: they are not compared. */
function processTable(): ProcessTable {
  const bySerial = new Map<number, Map<number, ProcessId>>();
  return {
    find: (id, serial) => bySerial.get(serial)?.get(id),
    add: (process) => {
      const byId = bySerial.get(process.serial) ?? new Map<number, ProcessId>();
      bySerial.set(process.serial, byId.set(process.id, process));
      return process;
    },
  };
}
