export type {
  AttributeInfo,
  ClauseInfo,
  DefinitionKind,
  Fault,
  FileFacts,
  ModuleInfo,
  ProbeForm,
  UseInfo,
} from "./facts.ts";
export { isMacro } from "./facts.ts";
export type { CommentInfo } from "./comments.ts";
export { BEHAVIOURS, ELIXIR, ELIXIR_ROOTS, FRAMEWORKS } from "./frameworks.ts";
export { elixirParser } from "./grammar.ts";
export { collectFacts } from "./collect.ts";
export { configImports, type ReadPath } from "./read-paths.ts";
export { listedDependencies, type ListedDependency } from "./listed-dependencies.ts";
export { readMixfile, type MixfileInfo } from "./mixfile.ts";
export { arities, buildIndex, callbacksOf, moduleNamed, type ModuleIndex } from "./module-index.ts";
export { mayMatch } from "./tags.ts";
export { KERNEL_FUNCTIONS, KERNEL_OPERATORS, knownModule } from "./sites/known.ts";
export { blockObstacle, madeModule, madeName, ordinalIn, placedModules } from "./placed-modules.ts";
export { isCompiled, missingModules, traitsOf, type Possible, type Traits, type UseEnd } from "./traits.ts";
export { firstSegment, mayDefine, outlineOf, quotes, saysTrait, type Outline } from "./outline.ts";
export { parseTree, withTree, type Parser, type SyntaxTree } from "./tree.ts";
export type {
  CaptureInfo,
  ClosureInfo,
  MacroEnds,
  MadeInfo,
  ModuleValue,
  OpenCall,
  TailCall,
  Tails,
} from "./tails.ts";
export { CallResolver } from "./resolve.ts";
export { behaviourNames, namesOfBehaviour } from "./macros/expanding.ts";
export { guardHolds } from "./macros/guard.ts";
export { lastSegment, realName, type Scope } from "./names.ts";
export {
  answers,
  calledText,
  queriesByName,
  compilePattern,
  isPattern,
  joinQueries,
  NO_SITES,
  type CallQuery,
  type CallTarget,
  type Pattern,
  type ResolvedCall,
  type SiteQuery,
} from "./sites/query.ts";
export { argumentsOf } from "./patterns/arguments.ts";
export { constrained, isDefinition, metavariablesOf, textOfKey } from "./patterns/compile.ts";
export type { Constraint, Where } from "./patterns/constraint.ts";
export { readExpression } from "./patterns/expression.ts";
export type { Named, SiteInfo, SiteKind } from "./sites/site.ts";
export * from "./about/index.ts";
