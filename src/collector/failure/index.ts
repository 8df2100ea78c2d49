export { banner, exitText } from "./banner.ts";
export { callText, type Inspect, stackLines } from "./stack.ts";
