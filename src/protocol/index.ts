export { EVENT_KINDS, type EventHeader, type EventKind, type Int, type ProcessId } from "./events.ts";
export {
  isManifest,
  type Manifest,
  type Probe,
  type ProbeKind,
  type ProbeMode,
  type Traced,
} from "./manifest.ts";
export { type Load, parseLoads } from "./loads.ts";
export {
  type ClockPair,
  type ConditionCounts,
  parseRecordingInfo,
  recordingFormat,
  type RecordingInfo,
} from "./recording-info.ts";
export { FRAME_HEADER_BYTES, MANIFEST_FORMAT, RECORDING_FORMAT, SEGMENT_MAGIC } from "./versions.ts";
export type { PolicyLimits, ProbePolicy, RuleCondition } from "./policy.ts";
