import type { ClauseInfo, FileFacts, ModuleInfo } from "./facts.ts";
import { BEHAVIOURS, FRAMEWORKS } from "./frameworks.ts";

/** All modules of a project: built once, then only asked. */
export interface ModuleIndex {
  readonly files: readonly FileFacts[];
  readonly modules: ReadonlyMap<string, ModuleInfo>;
  /** What was read of modules outside of the project, for these `use` them. They are never instrumented. */
  readonly libraries: ReadonlyMap<string, ModuleInfo>;
}

/**
 * Joins the facts of all files. Where two files define one module, the first in path order stands in `modules`.
 * `libraries`: files of dependencies that the project's modules `use`.
 */
export function buildIndex(facts: readonly FileFacts[], libraries: readonly FileFacts[] = []): ModuleIndex {
  const files = facts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { files, modules: byName(files), libraries: byName(libraries) };
}

function byName(files: readonly FileFacts[]): Map<string, ModuleInfo> {
  const modules = new Map<string, ModuleInfo>();
  for (const module of files.flatMap((file) => file.modules))
    if (!modules.has(module.name)) modules.set(module.name, module);
  return modules;
}

/** A module of the project, or of what it uses. */
export function moduleNamed(index: ModuleIndex, name: string): ModuleInfo | undefined {
  return index.modules.get(name) ?? index.libraries.get(name);
}

/** `name/arity` of every callback of `behaviour`; empty for a behaviour that is unknown. */
export function callbacksOf(index: ModuleIndex, behaviour: string): readonly string[] {
  const known = FRAMEWORKS.get(behaviour) ?? moduleNamed(index, behaviour)?.callbacks;
  return known ?? BEHAVIOURS.get(behaviour) ?? [];
}

/** Every arity under which a clause can be called: defaults make lower ones. Empty where only run time knows. */
export function arities({ arity, defaults }: ClauseInfo): number[] {
  return arity === undefined ? [] : Array.from({ length: defaults + 1 }, (_, omitted) => arity - omitted);
}
