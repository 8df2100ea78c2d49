export { runTraceGraph } from "./graph.ts";
export { runTraceTree } from "./live-tree.ts";
export { runTraceLs } from "./ls.ts";
export type { ShowOptions, TraceIo, TraceOptions } from "./options.ts";
export { runTraceShow } from "./show.ts";
export { runTraceState } from "./state.ts";
export { runTraceStats } from "./stats.ts";
export { runTraceWhy } from "./why.ts";
