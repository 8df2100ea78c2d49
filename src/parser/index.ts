export type { ClauseInfo, DefinitionKind, FileFacts, ModuleInfo, ProbeForm, UseInfo } from "./facts.ts";
export { FRAMEWORKS } from "./frameworks.ts";
export { elixirParser } from "./grammar.ts";
export { collectFacts } from "./collect.ts";
export { readMixfile, type MixfileInfo } from "./mixfile.ts";
export { arities, buildIndex, callbacksOf, traitsOf, type ModuleIndex, type Traits } from "./module-index.ts";
export { parseTree, withTree, type Parser, type SyntaxTree } from "./tree.ts";
export type { TailCall, Tails } from "./tail-calls.ts";
