import type { TraceIo } from "./options.ts";

const PART_LENGTH = 1 << 16;

/** Writes in large parts, each when the one before has been taken. */
export async function writeParts(parts: Iterable<string>, io: TraceIo): Promise<void> {
  let text = "";
  for (const part of parts) {
    text += part;
    if (text.length < PART_LENGTH) continue;
    io.stdout(text);
    text = "";
    await io.drained?.();
  }
  io.stdout(text);
}
