import { RECORDING_FORMAT } from "./versions.ts";

/** One moment on both clocks of a VM. */
export interface ClockPair {
  readonly wall_ns: bigint;
  readonly monotonic_ns: bigint;
}

export interface ConditionCounts {
  readonly asked: number;
  readonly held: number;
  readonly failed: number;
}

function isCounts(value: unknown): value is ConditionCounts {
  const counts = Object(value) as Record<string, unknown>;
  return ["asked", "held", "failed"].every((key) => typeof counts[key] === "number");
}

/** `recording.json` and `recording-VM.json`: what one VM says about its own part of a recording. */
export interface RecordingInfo {
  readonly format: typeof RECORDING_FORMAT;
  readonly vm: string;
  /** How labels of messages name this recording, also in other VMs. Null in recordings of earlier versions. */
  readonly epoch: number | null;
  readonly node: string;
  /** File name of the manifest this VM ran with. */
  readonly probes: string;
  readonly started: ClockPair;
  /** Null while the VM runs, and for ever where it was killed. */
  readonly ended: ClockPair | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly events: number;
  /** Lost events by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** How often the condition of each rule was asked, held and raised. */
  readonly conditions: Readonly<Record<string, ConditionCounts>>;
  /** The VM's segments before this one were deleted, to keep to the limit of size. */
  readonly first_segment: number;
  /** Why the recording ended by itself; null where it did not. */
  readonly stopped: string | null;
}

/** Reads `recording.json`; null where the text is not one that this version can read. */
export function parseRecordingInfo(text: string): RecordingInfo | null {
  const raw = parseExactJson(text);
  const started = clockPair(raw["started"]);
  const { vm, node, probes } = raw;
  if (raw["format"] !== RECORDING_FORMAT || started === null) return null;
  if (typeof vm !== "string" || typeof node !== "string" || typeof probes !== "string") return null;
  return {
    format: RECORDING_FORMAT,
    vm,
    epoch: typeof raw["epoch"] === "number" ? raw["epoch"] : null,
    node,
    probes,
    started,
    ended: clockPair(raw["ended"]),
    versions: pick(raw["versions"], (value): value is string => typeof value === "string"),
    events: typeof raw["events"] === "number" ? raw["events"] : 0,
    drops: pick(raw["drops"], (value): value is number => typeof value === "number"),
    conditions: pick(raw["conditions"], isCounts),
    first_segment: typeof raw["first_segment"] === "number" ? raw["first_segment"] : 1,
    stopped: typeof raw["stopped"] === "string" ? raw["stopped"] : null,
  };
}

/** The format that a `recording.json` claims, null where it claims none. */
export function recordingFormat(text: string): number | null {
  const format = parseExactJson(text)["format"];
  return typeof format === "number" ? format : null;
}

const STRING_OR_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/g;

/** JSON.parse would round clocks to 2^53: long integers become strings first. */
function parseExactJson(text: string): Record<string, unknown> {
  try {
    const quoted = text.replace(STRING_OR_INTEGER, (token) => (token.startsWith('"') ? token : `"${token}"`));
    return Object(JSON.parse(quoted)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function clockPair(value: unknown): ClockPair | null {
  const raw = Object(value) as Record<string, unknown>;
  const wall = exactInteger(raw["wall_ns"]);
  const monotonic = exactInteger(raw["monotonic_ns"]);
  return wall === null || monotonic === null ? null : { wall_ns: wall, monotonic_ns: monotonic };
}

function exactInteger(value: unknown): bigint | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : null;
}

function pick<T>(value: unknown, keep: (entry: unknown) => entry is T): Record<string, T> {
  const entries = Object.entries(Object(value) as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => keep(entry[1])));
}
