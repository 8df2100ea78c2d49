import { type Cursor, slice, uint8 } from "./cursor.ts";

const TWO_32 = 2 ** 32;

/** SMALL_BIG_EXT and LARGE_BIG_EXT after their length: a sign byte, then the magnitude, least significant first. */
export function bigInteger(cursor: Cursor, length: number): number | bigint {
  const sign = uint8(cursor) === 0 ? 1 : -1;
  const bytes = slice(cursor, length);
  if (length <= 8) {
    const value = sign * (littleEndian(bytes, 4) * TWO_32 + littleEndian(bytes, 0));
    if (Number.isSafeInteger(value)) return value;
  }
  if (length === 0) return 0;
  const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return sign === 1 ? magnitude : -magnitude;
}

/** The four bytes from `start`, as many as there are. */
function littleEndian(bytes: Buffer, start: number): number {
  let value = 0;
  for (let at = Math.min(bytes.length, start + 4) - 1; at >= start; at -= 1) {
    value = value * 256 + (bytes[at] as number);
  }
  return value;
}
