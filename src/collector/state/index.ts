export { changesBetween, type StateChange } from "./changes.ts";
export { StateHistory, type StateVersion, type Stream } from "./history.ts";
export { keysOf, type StateStep, stateSteps, valueAt } from "./step.ts";
export { isWhole, type StateRef, stateRef } from "./marks.ts";
