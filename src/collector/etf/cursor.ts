/** The bytes are not the external term format, or are damaged. Callers report it; it never reaches the user raw. */
export class EtfError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = "EtfError";
    this.offset = offset;
  }
}

/** A place in bytes that are being decoded. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  depth: number;
}

/** Moves over `count` bytes and gives where they began. Every read goes through here, so none leaves the bytes. */
export function take(cursor: Cursor, count: number): number {
  const start = cursor.at;
  if (count > cursor.bytes.length - start) {
    throw new EtfError(`${count} bytes expected, ${cursor.bytes.length - start} left`, start);
  }
  cursor.at = start + count;
  return start;
}

export function uint8(cursor: Cursor): number {
  return cursor.bytes[take(cursor, 1)] as number;
}

export function uint16(cursor: Cursor): number {
  return cursor.bytes.readUInt16BE(take(cursor, 2));
}

export function uint32(cursor: Cursor): number {
  return cursor.bytes.readUInt32BE(take(cursor, 4));
}

export function int32(cursor: Cursor): number {
  return cursor.bytes.readInt32BE(take(cursor, 4));
}

/** A count of elements of which each takes at least `bytesEach`: a lying one must not make us allocate. */
export function countOf(cursor: Cursor, count: number, bytesEach: number): number {
  if (count * bytesEach > cursor.bytes.length - cursor.at) {
    throw new EtfError(
      `${count} elements announced, ${cursor.bytes.length - cursor.at} bytes left`,
      cursor.at,
    );
  }
  return count;
}

export function slice(cursor: Cursor, length: number): Buffer {
  const start = take(cursor, length);
  return cursor.bytes.subarray(start, start + length);
}
