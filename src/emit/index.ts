export { applyEdits } from "./apply.ts";
export { editsFor, type Edit } from "./edits.ts";
export { mixfileEdits, readEdits } from "./mixfile.ts";
