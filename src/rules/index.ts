export { builtinNames, compileRules, isBuiltin, loadRules } from "./load.ts";
export { isCallback } from "./matchers/function.ts";
export type { Candidate, Rule, RuleSet } from "./types.ts";
