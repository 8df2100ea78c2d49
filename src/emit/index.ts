export { applyEdits } from "./apply.ts";
export { outsideBodies } from "./outside.ts";
export { editsFor, type Edit } from "./edits.ts";
export { renderModules } from "./modules.ts";
export { renderPolicies } from "./policies.ts";
export { mixfileEdits, readEdits } from "./mixfile.ts";
