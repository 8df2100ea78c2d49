export { runTraceExport } from "./export/index.ts";
export { runTraceGraph } from "./graph.ts";
export { runTraceTree } from "./live-tree.ts";
export { runTraceLs } from "./ls.ts";
export { EXPORT_FORMATS, type ShowOptions, type TraceIo, type TraceOptions } from "./options.ts";
export { runTraceShow } from "./show.ts";
export { runTraceState } from "./state.ts";
export { runTraceStats } from "./stats.ts";
export { runTraceWhy } from "./why.ts";
