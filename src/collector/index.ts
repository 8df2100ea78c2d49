export { type AsyncResult, Asyncs, type AsyncStatus } from "./asyncs.ts";
export { Causes, type Delay, delayOf, type Message } from "./causes.ts";
export { Chains, effectsOf, type Link } from "./chains.ts";
export { type Comparison, compareRecordings, type Pair, type Parting, type Side } from "./compare.ts";
export type { Damage } from "./damage.ts";
export {
  callerOf,
  contextOf,
  textsOf,
  frameworkTags,
  type SpanContext,
  type SpanStates,
  staticMounts,
  statesOf,
} from "./context.ts";
export { groupBy } from "./group-by.ts";
export { type Halt, haltOf, hooksOf } from "./halts.ts";
export { type LiveComponent, liveTree, type LiveView } from "./live-tree.ts";
export { type RenderCost, type RenderReason, Renders } from "./renders.ts";
export { inspectIn, type ProcessDetails, processDetails, type SpanDetails, spanDetails } from "./details.ts";
export { type Given, givenTo } from "./held.ts";
export { localOf, saidOf } from "./local.ts";
export { textOf } from "./etf/index.ts";
export { listRecordings, newestRecording, recordingsFolder } from "./ls.ts";
export { PayloadReader } from "./payloads.ts";
export { type Place, placeOf, placeText, targetText } from "./place.ts";
export { type GraphEdge, type GraphNode, type ProcessGraph, processGraph } from "./process-graph.ts";
export { openRecording, type Recording, type Vm } from "./recording.ts";
export { hasHiddenEnd } from "./span-ends.ts";
export { type EndedBy, type Process, readSpans, type Span, type SpanSet } from "./spans.ts";
export {
  changesBetween,
  isWhole,
  keysOf,
  type StateStep,
  stateSteps,
  valueAt,
  type StateChange,
  StateHistory,
  type StateVersion,
  type Stream,
} from "./state/index.ts";
export { Sends, type Sent } from "./sends.ts";
export { type CallbackStats, callbackStats } from "./stats.ts";
export { dropsOf, type RecordingSummary, summarise, wallOffset } from "./summary.ts";
