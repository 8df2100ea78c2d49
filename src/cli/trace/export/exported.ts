import type {
  Causes,
  PayloadReader,
  Process,
  ProcessDetails,
  Span,
  SpanSet,
} from "../../../collector/index.ts";

/** What a format is made of. */
export interface Exported {
  readonly set: SpanSet;
  /** Those that were asked for, in the order of time. */
  readonly spans: readonly Span[];
  readonly causes: Causes;
  readonly payloads: PayloadReader;
  readonly detailsOf: (process: Process) => ProcessDetails;
}
