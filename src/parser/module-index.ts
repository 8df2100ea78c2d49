import type { ClauseInfo, FileFacts, ModuleInfo, QuotedCall, QuotedInfo, UseInfo } from "./facts.ts";
import { ELIXIR, FRAMEWORKS } from "./frameworks.ts";
import type { Brought } from "./names.ts";

/** What a module is, by everything that it uses, directly or through macros. */
export interface Traits {
  /** Every module that is `use`d. */
  readonly uses: ReadonlySet<string>;
  /** Every behaviour that is declared, or implied by what is used. */
  readonly behaviours: ReadonlySet<string>;
  /** What the macros that are `use`d import and require. */
  readonly brought: readonly Brought[];
  /**
   * What is `use`d and could not be followed: modules of dependencies, and macros whose choice only run time knows, with
   * the line of the module's own `use` that leads there.
   */
  readonly unfollowed: ReadonlyMap<string, number>;
}

/** All modules of a project: built once, then only asked. */
export interface ModuleIndex {
  readonly files: readonly FileFacts[];
  readonly modules: ReadonlyMap<string, ModuleInfo>;
}

/** Joins the facts of all files. Where two files define one module, the first in path order stands in `modules`. */
export function buildIndex(facts: readonly FileFacts[]): ModuleIndex {
  const files = facts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const modules = new Map<string, ModuleInfo>();
  for (const module of files.flatMap((file) => file.modules))
    if (!modules.has(module.name)) modules.set(module.name, module);
  return { files, modules };
}

/** Follows every `use` of `module` through the project's own macros. */
export function traitsOf(index: ModuleIndex, module: ModuleInfo): Traits {
  const uses = new Set<string>();
  const behaviours = new Set(module.behaviours);
  const brought: Brought[] = [];
  const unfollowed = new Map<string, number>();
  let line = module.line;
  const giveUp = (target: string): unknown => unfollowed.has(target) || unfollowed.set(target, line);
  const seen = new Set<string>();
  const followUse = (use: UseInfo): void => {
    uses.add(use.target);
    if (FRAMEWORKS.has(use.target)) behaviours.add(use.target);
    const target = index.modules.get(use.target);
    if (target) followMacro(target, "__using__", use.which);
    else if (!FRAMEWORKS.has(use.target) && !ELIXIR.has(use.target)) giveUp(use.target);
  };
  const followMacro = (owner: ModuleInfo, name: string, which: string | undefined): void => {
    const key = `${owner.name}.${name} ${which}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const quoted of owner.quoted.filter((candidate) => accepts(candidate, name, which))) {
      for (const behaviour of quoted.behaviours) behaviours.add(behaviour);
      brought.push(...quoted.brought);
      quoted.uses.forEach(followUse);
      for (const call of quoted.calls) followCall(call, which);
    }
  };
  const followCall = (call: QuotedCall, which: string | undefined): void => {
    const target = index.modules.get(call.module);
    const name = call.name ?? which;
    if (target && name === undefined) giveUp(`${call.module}, by a computed name`);
    if (target && name !== undefined) followMacro(target, name, call.passesOn ? which : call.argument);
  };
  for (const use of module.uses) {
    ({ line } = use);
    followUse(use);
  }
  return { uses, behaviours, brought, unfollowed };
}

/** A clause that wants another atom than the one it is given does not run; one that is given an unknown value may not. */
function accepts(quoted: QuotedInfo, name: string, which: string | undefined): boolean {
  return quoted.name === name && (quoted.firstAtom === undefined || quoted.firstAtom === which);
}

/** `name/arity` of every callback of `behaviour`; empty for a behaviour that is unknown. */
export function callbacksOf(index: ModuleIndex, behaviour: string): readonly string[] {
  return FRAMEWORKS.get(behaviour) ?? index.modules.get(behaviour)?.callbacks ?? [];
}

/** Every arity under which a clause can be called: defaults make lower ones. Empty where only run time knows. */
export function arities({ arity, defaults }: ClauseInfo): number[] {
  return arity === undefined ? [] : Array.from({ length: defaults + 1 }, (_, omitted) => arity - omitted);
}
