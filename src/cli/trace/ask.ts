import { PayloadReader, readSpans, type SpanSet } from "../../collector/index.ts";
import type { Io } from "../io.ts";
import { findRecording, warnOfDamage } from "./find.ts";
import type { TraceOptions } from "./options.ts";

/** Lets `answer` tell of the recording that the user means, and then what of it could not be read. Gives the exit code. */
export async function askRecording(
  { recording, cwd }: Pick<TraceOptions, "recording" | "cwd">,
  io: Io,
  answer: (set: SpanSet, payloads: PayloadReader) => void | Promise<void>,
): Promise<number> {
  const set = readSpans(findRecording(recording, cwd));
  const payloads = new PayloadReader();
  try {
    await answer(set, payloads);
  } finally {
    payloads.close();
  }
  warnOfDamage(set.report.damage, set.report.unknownKinds, io);
  return 0;
}
