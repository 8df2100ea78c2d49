import {
  EVENT_KINDS,
  type EventHeader,
  type EventKind,
  type Int,
  type ProcessId,
} from "../protocol/index.ts";
import {
  bigInteger,
  type Cursor,
  EtfError,
  readTerm,
  TAG,
  take,
  termBody,
  uint16,
  uint32,
  uint8,
} from "./etf/index.ts";
import type { FrameRef } from "./frames.ts";

/** An event whose payload is still on the disk. */
export interface RecordedEvent extends EventHeader {
  readonly frame: FrameRef;
  /** Where the payload stands in the frame's body (after inflation, where that is compressed). */
  readonly payloadStart: number;
  readonly payloadLength: number;
}

/** What the headers of one VM are read against. */
export interface HeaderContext {
  /** The VM's monotonic clock when its recording began. */
  readonly clock: VmClock;
  readonly processes: ProcessTable;
  readonly onUnknownKind: (kind: string) => void;
}

/** The one object for a process: identity is then equality. */
export interface ProcessTable {
  find(id: number, serial: number): ProcessId | undefined;
  add(process: ProcessId): ProcessId;
}

/** Relative time in plain numbers: most clocks do not fit into them, differences do. */
export interface VmClock {
  /** Nanoseconds since the VM's recording began. */
  since(cursor: Cursor): number;
}

const EVENT_FIELDS = 9;
const KIND_NAMES: readonly EventKind[] = EVENT_KINDS;

/** Reads the headers of a frame and steps over the payloads. Throws EtfError where the body is not events. */
export function readEvents(body: Buffer, frame: FrameRef, context: HeaderContext): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const cursor = openBatch(body);
  const count = batchLength(cursor);
  for (let index = 0; index < count; index += 1) {
    const event = readEvent(cursor, frame, context);
    if (event !== null) events.push(event);
  }
  return events;
}

/** How many events a frame announces, without reading them. */
export function countEvents(body: Buffer): number {
  return batchLength(openBatch(body));
}

function openBatch(body: Buffer): Cursor {
  const { body: bytes, start } = termBody(body);
  return { bytes, at: start, depth: 0 };
}

function batchLength(cursor: Cursor): number {
  const tag = uint8(cursor);
  if (tag === TAG.NIL) return 0;
  if (tag !== TAG.LIST) throw new EtfError("a list of events expected", cursor.at - 1);
  return uint32(cursor);
}

function readEvent(cursor: Cursor, frame: FrameRef, context: HeaderContext): RecordedEvent | null {
  const start = cursor.at;
  if (uint8(cursor) !== TAG.SMALL_TUPLE) throw new EtfError("an event expected", start);
  const fields = uint8(cursor);
  const { at, length } = readAtom(cursor);
  const known = KIND_NAMES.find((name) => isText(cursor.bytes, at, length, name));
  if (known === undefined) {
    const kind = cursor.bytes.toString("utf8", at, at + length);
    for (let field = 1; field < fields; field += 1) readTerm(cursor);
    context.onUnknownKind(kind);
    return null;
  }
  if (fields !== EVENT_FIELDS) throw new EtfError(`an event of ${fields} fields`, start);
  return readFields(cursor, known, frame, context);
}

function readFields(cursor: Cursor, kind: EventKind, frame: FrameRef, context: HeaderContext): RecordedEvent {
  const seq = Number(readInt(cursor));
  const time = context.clock.since(cursor);
  const pid = readPid(cursor, context);
  const probe = readOptionalInt(cursor);
  const span = readOptionalInt(cursor);
  const parent = readOptionalInt(cursor);
  const cause = readOptionalInt(cursor);
  if (uint8(cursor) !== TAG.BINARY) throw new EtfError("a payload expected", cursor.at - 1);
  const payloadLength = uint32(cursor);
  const payloadStart = take(cursor, payloadLength);
  return { kind, seq, time, pid, probe, span, parent, cause, frame, payloadStart, payloadLength };
}

/** Where an atom's text stands: most are compared only, and need no string. */
function readAtom(cursor: Cursor): { readonly at: number; readonly length: number } {
  const tag = uint8(cursor);
  const isShort = tag === TAG.SMALL_ATOM_UTF8 || tag === TAG.SMALL_ATOM;
  if (!isShort && tag !== TAG.ATOM_UTF8 && tag !== TAG.ATOM)
    throw new EtfError("an atom expected", cursor.at - 1);
  const length = isShort ? uint8(cursor) : uint16(cursor);
  return { at: take(cursor, length), length };
}

function isText(bytes: Buffer, at: number, length: number, text: string): boolean {
  if (length !== text.length) return false;
  for (let index = 0; index < length; index += 1)
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** An integer as far as numbers are exact, else a bigint. */
export function readInt(cursor: Cursor): Int {
  const start = cursor.at;
  const tag = uint8(cursor);
  if (tag === TAG.SMALL_INTEGER) return uint8(cursor);
  if (tag === TAG.INTEGER) return cursor.bytes.readInt32BE(take(cursor, 4));
  if (tag === TAG.SMALL_BIG) return bigInteger(cursor, uint8(cursor));
  throw new EtfError("an integer expected", start);
}

function readOptionalInt(cursor: Cursor): Int | null {
  const tag = cursor.bytes[cursor.at] ?? 0;
  if (tag === TAG.SMALL_INTEGER || tag === TAG.INTEGER || tag === TAG.SMALL_BIG) return readInt(cursor);
  const { at, length } = readAtom(cursor);
  if (!isText(cursor.bytes, at, length, "nil")) throw new EtfError("an integer or nil expected", at);
  return null;
}

function readPid(cursor: Cursor, { processes }: HeaderContext): ProcessId {
  const tag = uint8(cursor);
  if (tag !== TAG.NEW_PID && tag !== TAG.PID) throw new EtfError("a pid expected", cursor.at - 1);
  const { at, length } = readAtom(cursor);
  const id = uint32(cursor);
  const serial = uint32(cursor);
  take(cursor, tag === TAG.PID ? 1 : 4);
  return (
    processes.find(id, serial) ??
    processes.add({ node: cursor.bytes.toString("utf8", at, at + length), id, serial })
  );
}
