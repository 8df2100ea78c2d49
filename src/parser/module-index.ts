import type { ClauseInfo, FileFacts, ModuleInfo } from "./facts.ts";
import { BEHAVIOURS, FRAMEWORKS } from "./frameworks.ts";

/** All modules of a project: built once, then only asked. */
export interface ModuleIndex {
  readonly files: readonly FileFacts[];
  readonly modules: ReadonlyMap<string, ModuleInfo>;
  /** What was read of modules outside of the project, for these `use` them. They are never instrumented. */
  readonly libraries: ReadonlyMap<string, ModuleInfo>;
  /** What is certain not to be among the dependencies, either. */
  readonly absent: ReadonlySet<string>;
}

/**
 * Joins the facts of all files. Where two files define one module, the first in path order stands in `modules`; of
 * one file the last, as Elixir has it.
 * `libraries`: files of dependencies that the project's modules `use`. `absent`: modules that were looked for in vain.
 */
export function buildIndex(
  facts: readonly FileFacts[],
  libraries: readonly FileFacts[] = [],
  absent: ReadonlySet<string> = new Set(),
): ModuleIndex {
  const files = facts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { files, modules: byName(files), libraries: byName(libraries), absent };
}

function byName(files: readonly FileFacts[]): Map<string, ModuleInfo> {
  const modules = new Map<string, ModuleInfo>();
  for (const module of files.flatMap((file) => file.modules))
    if (replaces(module, modules.get(module.name))) modules.set(module.name, module);
  return modules;
}

/** Under a condition it may be there in the place of the other. */
function replaces(next: ModuleInfo, before: ModuleInfo | undefined): boolean {
  if (before === undefined) return true;
  return next.file === before.file && next.conditions.length === 0 && before.conditions.length === 0;
}

const FILES = new WeakMap<ModuleIndex, ReadonlyMap<string, FileFacts>>();

/** `module` and the modules around it, the outer ones first: what these bring holds in it, too. */
export function enclosing(index: ModuleIndex, { file, span }: ModuleInfo): ModuleInfo[] {
  const byPath = FILES.get(index) ?? new Map(index.files.map((each) => [each.path, each]));
  FILES.set(index, byPath);
  return (byPath.get(file)?.modules ?? []).filter(
    (other) => other.span.start <= span.start && span.end <= other.span.end,
  );
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
