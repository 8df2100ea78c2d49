export { inspectAtom, inspectCall } from "./atom.ts";
export { inspectTerm, type InspectOptions } from "./inspect.ts";
export { cutItems } from "./marker.ts";
