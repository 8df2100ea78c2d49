export { banner, exitText } from "./banner.ts";
export { type Inspect, stackLines } from "./stack.ts";
