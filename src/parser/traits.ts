import type { ModuleInfo } from "./facts.ts";
import { openBuilder } from "./module-builder.ts";
import { enclosing, type ModuleIndex } from "./module-index.ts";
import type { BlockEnd, BroughtClause, Possible, Traits, UseEnd } from "./macros/traits.ts";
import { UseWalk } from "./macros/walk.ts";

export type { BlockEnd, BroughtClause, Possible, Traits, UseEnd };

const KNOWN = new WeakMap<ModuleIndex, Map<ModuleInfo, Traits>>();

/** Follows every `use` of `module` through macros, those of dependencies included as far as they are in the index. */
export function traitsOf(index: ModuleIndex, module: ModuleInfo): Traits {
  const known = KNOWN.get(index) ?? new Map<ModuleInfo, Traits>();
  KNOWN.set(index, known);
  const before = known.get(module);
  if (before !== undefined) return before;
  const walk = new UseWalk(index, module, aliasesAround(index, module));
  walk.run();
  known.set(module, walk);
  return walk;
}

/** The same of what is no module with facts, and so uses nothing: whether it is compiled is all there is to know. */
export function isCompiled(
  index: ModuleIndex,
  place: Pick<ModuleInfo, "name" | "file" | "line" | "conditions">,
): boolean | undefined {
  const span = { start: 0, end: 0 };
  const builder = openBuilder({ ...place, span, protocol: undefined, bodyStart: undefined }, false);
  const {
    info,
    heads: _heads,
    ordinals: _ordinals,
    before: _before,
    template: _template,
    ...lists
  } = builder;
  const walk = new UseWalk(index, { ...info, ...lists }, new Map());
  walk.run();
  return walk.exists;
}

function aliasesAround(index: ModuleIndex, module: ModuleInfo): ReadonlyMap<string, string> {
  const outer = enclosing(index, module).findLast((each) => each !== module);
  return outer === undefined ? new Map() : traitsOf(index, outer).aliases;
}

/** The modules whose sources would help to follow what the project uses. */
export function missingModules(index: ModuleIndex): string[] {
  const modules = [...index.modules.values()];
  const missing = new Set<string>();
  for (const module of modules) {
    const { unfollowed, wanted } = traitsOf(index, module);
    for (const name of wanted) missing.add(name);
    for (const end of unfollowed.values()) if (end.missing !== undefined) missing.add(end.missing);
  }
  return [...missing];
}
