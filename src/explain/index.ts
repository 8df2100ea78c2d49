export { explainTarget, type Explanation } from "./explain.ts";
export type { Place, ProbeText, RuleVerdict, SiteRules } from "./place.ts";
export { tracedTargets } from "./traced.ts";
