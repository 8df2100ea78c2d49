export { builtinNames, compileRules, isBuiltin, loadRules } from "./load.ts";
export { isCallback } from "./matchers/function.ts";
export { moduleGlob } from "./matchers/glob.ts";
export { siteQuery } from "./query.ts";
export type { Candidate, Rule, RuleSet } from "./types.ts";
