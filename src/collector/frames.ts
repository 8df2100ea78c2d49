import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { FRAME_HEADER_BYTES, SEGMENT_MAGIC } from "../protocol/index.ts";
import { ByteStream } from "./byte-stream.ts";
import type { Damage } from "./damage.ts";

/** Where a frame's body stands: payloads are read again from there when somebody looks. */
export interface FrameRef {
  readonly path: string;
  /** Of the body, not of the frame's header. */
  readonly offset: number;
  readonly length: number;
}

export interface Frame extends FrameRef {
  readonly body: Buffer;
}

/** The sound frames of a segment. Damage ends it, and goes to `report`. */
export function* readFrames(path: string, report: (damage: Damage) => void): Generator<Frame, void> {
  const stream = new ByteStream(path);
  const damaged = (offset: number, reason: string): void => report({ file: basename(path), offset, reason });
  try {
    const magic = stream.read(SEGMENT_MAGIC.length);
    if (!magic.equals(SEGMENT_MAGIC)) return damaged(0, magicFault(magic));
    for (;;) {
      const start = stream.offset;
      const header = stream.read(FRAME_HEADER_BYTES);
      if (header.length === 0) return;
      const fault = yield* readBody(stream, header, path);
      if (fault !== null) return damaged(start, fault);
    }
  } finally {
    stream.close();
  }
}

function* readBody(stream: ByteStream, header: Buffer, path: string): Generator<Frame, string | null> {
  if (header.length < FRAME_HEADER_BYTES) return TORN;
  const length = header.readUInt32BE(0);
  const crc = header.readUInt32BE(4);
  if (length === 0) return "an empty frame";
  const offset = stream.offset;
  const body = stream.read(length);
  if (body.length < length) return TORN;
  if (crc32(body) !== crc) return "the checksum differs";
  yield { path, offset, length, body };
  return null;
}

/** The usual end of a killed VM's last segment. */
const TORN = "a frame that is cut off";

function magicFault(magic: Buffer): string {
  const start = Buffer.from(SEGMENT_MAGIC.subarray(0, magic.length));
  if (magic.length < SEGMENT_MAGIC.length)
    return magic.equals(start) ? "a segment header that is cut off" : NO_SEGMENT;
  const sameName = magic.subarray(0, -1).equals(start.subarray(0, -1));
  return sameName ? `a segment of format ${magic.at(-1)}, which this version cannot read` : NO_SEGMENT;
}

const NO_SEGMENT = "not an escope segment";
