export type { ClauseInfo, DefinitionKind, FileFacts, ModuleInfo, ProbeForm, UseInfo } from "./facts.ts";
export { FRAMEWORKS } from "./frameworks.ts";
export { elixirParser } from "./grammar.ts";
export { collectFacts } from "./collect.ts";
export { configImports, type ReadPath } from "./read-paths.ts";
export { readMixfile, type MixfileInfo } from "./mixfile.ts";
export { arities, buildIndex, callbacksOf, traitsOf, type ModuleIndex, type Traits } from "./module-index.ts";
export { parseTree, withTree, type Parser, type SyntaxTree } from "./tree.ts";
export type { TailCall, Tails } from "./tail-calls.ts";
export { CallResolver } from "./resolve.ts";
export {
  answers,
  compilePattern,
  isPattern,
  NO_SITES,
  type CallQuery,
  type CallTarget,
  type Pattern,
  type ResolvedCall,
  type SiteQuery,
} from "./sites/query.ts";
export type { SiteInfo, SiteKind } from "./sites/site.ts";
export * from "./about/index.ts";
