export type { Described } from "./describe.ts";
export { builtinNames, compileRules, compileRuleSet, describeRules, isBuiltin, loadRules } from "./load.ts";
export { isCallback } from "./matchers/function.ts";
export { moduleGlob } from "./matchers/glob.ts";
export { fileTests, inlineTests, type Expectation, type Expectations, type RuleTest } from "./tests.ts";
export { member, parseYaml, placeOf, text, type Value } from "./yaml.ts";
export { siteQuery } from "./query.ts";
export type { Action } from "./action/types.ts";
export type { Candidate, Exclusion, Match, Owner, Rule, RuleSet, Surroundings } from "./types.ts";
