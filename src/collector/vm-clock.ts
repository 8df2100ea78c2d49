import { type Cursor, EtfError, TAG } from "./etf/index.ts";
import { readInt, type VmClock } from "./event-batch.ts";

const TWO_32 = 2 ** 32;

/** Bytes of an eight-byte SMALL_BIG_EXT: tag, length, sign, two words. */
const WIDE_BYTES = 11;

/**
 * Times count from `base`, or from the first time that is read where nobody knows when the recording began.
 * Most times are eight-byte integers of one sign: their words are subtracted without a bigint in between.
 */
export function vmClock(base: bigint | null): VmClock {
  let origin = base === null ? null : words(base);
  const since = (cursor: Cursor): number => {
    const { bytes, at } = cursor;
    const wide = bytes[at] === TAG.SMALL_BIG && bytes[at + 1] === 8 && at + WIDE_BYTES <= bytes.length;
    if (wide && origin !== null && origin.negative === (bytes[at + 2] !== 0)) {
      cursor.at = at + WIDE_BYTES;
      const difference =
        (bytes.readUInt32LE(at + 7) - origin.high) * TWO_32 + (bytes.readUInt32LE(at + 3) - origin.low);
      return origin.negative ? 0 - difference : difference;
    }
    const time = BigInt(readInt(cursor));
    origin ??= words(time);
    return exactDifference(time, origin.value, at);
  };
  return { since };
}

interface Words {
  readonly value: bigint;
  readonly negative: boolean;
  readonly high: number;
  readonly low: number;
}

function words(value: bigint): Words {
  const magnitude = value < 0n ? -value : value;
  return {
    value,
    negative: value < 0n,
    high: Number(magnitude >> 32n),
    low: Number(magnitude & 0xffff_ffffn),
  };
}

function exactDifference(time: bigint, origin: bigint, offset: number): number {
  const difference = Number(time - origin);
  if (!Number.isSafeInteger(difference)) throw new EtfError("a time beyond all measure", offset);
  return difference;
}
