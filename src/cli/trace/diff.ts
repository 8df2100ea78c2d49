import picocolors from "picocolors";
import {
  type Comparison,
  compareRecordings,
  type Parting,
  PayloadReader,
  type Process,
  readSpans,
  type Recording,
  type Side,
  type Span,
} from "../../collector/index.ts";
import { diffLines } from "./diff-text.ts";
import { findRecording, warnOfDamage } from "./find.ts";
import { spanId } from "./message-json.ts";
import type { DiffOptions, TraceIo } from "./options.ts";
import { processName } from "./process-name.ts";
import { processDetailsOf } from "./span-json.ts";

/** `escope trace diff`: what two recordings have otherwise, and where they first part. Gives the exit code. */
export function runTraceDiff(options: DiffOptions, io: TraceIo): number {
  const [a, b] = [
    sideOf(findRecording(options.a, options.cwd)),
    sideOf(findRecording(options.b, options.cwd)),
  ];
  try {
    const compared = compareRecordings(a, b);
    const style = { colors: picocolors.createColors(io.color), width: io.width, cwd: options.cwd };
    const lines =
      options.format === "json"
        ? [JSON.stringify(diffJson(compared, a, b), null, 2)]
        : diffLines(compared, a, b, style);
    for (const line of lines) io.stdout(`${line}\n`);
  } finally {
    for (const { payloads } of [a, b]) payloads.close();
  }
  for (const { set } of [a, b]) warnOfDamage(set.report.damage, set.report.unknownKinds, io);
  return 0;
}

function sideOf(recording: Recording): Side {
  const payloads = new PayloadReader();
  const detailsOf = processDetailsOf(payloads);
  return {
    set: readSpans(recording),
    payloads,
    nameOf: (process) => processName(detailsOf(process)),
  };
}

function diffJson({ pairs, onlyA, onlyB, counts }: Comparison, a: Side, b: Side): Record<string, unknown> {
  const [pidOfA, pidOfB] = [pidsOf(a), pidsOf(b)];
  return {
    a: totals(a),
    b: totals(b),
    processes: pairs.map(({ name, a: one, b: other, parting }) => {
      return { process: name, a: pidOfA(one), b: pidOfB(other), parted: partingJson(parting) };
    }),
    only_a: onlyA.map(pidOfA),
    only_b: onlyB.map(pidOfB),
    counts,
  };
}

function partingJson(parting: Parting | null): Record<string, unknown> | null {
  if (parting === null) return null;
  const { by, a, b, argument, texts, at } = parting;
  return { by, a: nameOf(a), b: nameOf(b), argument, texts, at_ns: at };
}

function nameOf(span: Span | null): string | null {
  return span === null ? null : spanId(span.process.vm, span.id);
}

function pidsOf({ payloads }: Side): (process: Process) => string {
  const detailsOf = processDetailsOf(payloads);
  return (process) => detailsOf(process).pid;
}

function totals({ set }: Side): Record<string, unknown> {
  return { recording: set.recording.path, spans: set.spans.length, processes: set.processes.length };
}
