import {
  isCompiled,
  MODULE_CODE,
  traitsOf,
  type DefinitionAbout,
  type DelegateAbout,
  type FileAbout,
  type ModuleAbout,
  type ModuleIndex,
  type ModuleInfo,
  type TemplateAbout,
  type Traits,
} from "../parser/index.ts";
import { groupBy } from "./calls.ts";
import { standingOf } from "./doubled.ts";
import { madeOf, withoutMade } from "./made-modules.ts";
import { withRealNames } from "./real-names.ts";

/** A function as its module defines it: all clauses of one name and arity. */
export interface FunctionOf {
  readonly owner: Subject;
  /** `Module.name/arity`. */
  readonly id: string;
  readonly name: string;
  readonly arity: number | undefined;
  readonly defaults: number;
  readonly definitions: readonly DefinitionAbout[];
  readonly delegate: DelegateAbout | undefined;
  /** A template that is a function: of `embed_templates`, or a view's own. */
  readonly template: TemplateFile | undefined;
}

/** A template in a file of its own. */
export interface TemplateFile {
  readonly file: string;
  readonly template: TemplateAbout;
  /** A function component, or what `render/2` of a `Phoenix.View` calls. */
  readonly use: "component" | "view";
}

/** A module with all that is known of it. */
export interface Subject {
  readonly name: string;
  readonly file: string;
  readonly about: ModuleAbout;
  /** The same with what its text holds of modules that macros make. */
  readonly written: ModuleAbout;
  /** Undefined for a protocol, which the rewriter has no use for. */
  readonly info: ModuleInfo | undefined;
  readonly traits: Traits;
  readonly functions: readonly FunctionOf[];
  /** The code of its body, also in the blocks of macros, as one function with a clause for each statement; or none. */
  readonly code: readonly FunctionOf[];
  /** Clauses of callbacks that macros put into it. */
  readonly brought: readonly BroughtDefinition[];
  /** The functions by every `name/arity` under which they can be called. */
  readonly byKey: ReadonlyMap<string, FunctionOf>;
}

/** A clause that stands in the quoted code of a macro. */
export interface BroughtDefinition {
  readonly file: string;
  readonly definition: DefinitionAbout;
  /** Behind the module's own clauses. */
  readonly late: boolean;
  readonly maybe: boolean;
}

/** All modules, in order of file and place. */
export interface Subjects {
  readonly index: ModuleIndex;
  readonly all: readonly Subject[];
  readonly byName: ReadonlyMap<string, Subject>;
}

const NO_TRAITS: Traits = {
  exists: true,
  uses: new Set(),
  given: new Map(),
  behaviours: new Set(),
  brought: [],
  aliases: new Map(),
  defines: new Set(),
  clauses: [],
  mounts: [],
  makes: new Map(),
  blocks: new Map(),
  handedOn: new Set(),
  possible: new Map(),
  unfollowed: new Map(),
  wanted: new Set(),
};

/** Templates by the module that owns each, and the function that it is. */
export type Templates = ReadonlyMap<string, ReadonlyMap<string, TemplateFile>>;

/** Joins what the rewriter knows with what else was read. */
export function joinSubjects(
  index: ModuleIndex,
  abouts: readonly FileAbout[],
  templates: Templates,
): Subjects {
  const infos = new Map<string, ModuleInfo>();
  for (const module of index.files.flatMap(({ modules }) => modules))
    infos.set(placeOf(module.file, module.span.start), module);
  const quoted = new Map(
    abouts.flatMap(({ path, quoted: found }) => found.map((each) => [placeOf(path, each.at), each] as const)),
  );
  const all = abouts
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, modules }) =>
      modules.flatMap((about) =>
        realNames(about).flatMap((name) => {
          const info = infos.get(placeOf(path, about.at));
          const own = joinSubject(index, path, { ...about, name }, info, templates.get(about.name), quoted);
          const made = madeOf(own).map(([code, facts]) =>
            joinSubject(index, path, code, facts, undefined, quoted),
          );
          return [own].concat(made);
        }),
      ),
    );
  const byName = new Map<string, Subject>();
  for (const [name, defined] of groupBy(all, (subject) => subject.name)) {
    const standing = standingOf(defined);
    if (standing !== undefined) byName.set(name, standing);
  }
  return { index, all, byName };
}

/** `defimpl P, for: [A, B]` makes two modules. */
function realNames({ name, sort }: ModuleAbout): string[] {
  const [, protocol = "", list] = (sort === "impl" && /^(.*)\.\{(.*)\}$/.exec(name)) || [];
  return list === undefined ? [name] : list.split(", ").map((each) => `${protocol}.${each}`);
}

function placeOf(file: string, at: number): string {
  return `${file}:${at}`;
}

function joinSubject(
  index: ModuleIndex,
  file: string,
  about: ModuleAbout,
  info: ModuleInfo | undefined,
  templates: ReadonlyMap<string, TemplateFile> | undefined,
  quoted: ReadonlyMap<string, DefinitionAbout>,
): Subject {
  const functions: FunctionOf[] = [];
  const code: FunctionOf[] = [];
  const byKey = new Map<string, FunctionOf>();
  const traits = info === undefined ? protocolTraits(index, file, about) : traitsOf(index, info);
  const { aliases } = traits;
  const subject: Subject = {
    name: about.name,
    file,
    about: named(withoutMade(about, traits), aliases),
    written: about,
    info,
    traits,
    functions,
    code,
    brought: broughtTo(about.name, traits, quoted),
    byKey,
  };
  code.push(...moduleCode(subject));
  functions.push(...groupFunctions(subject, withRealNames(templates ?? new Map(), aliases)));
  for (const each of functions) for (const key of keysOf(each)) if (!byKey.has(key)) byKey.set(key, each);
  return subject;
}

/** A protocol uses nothing. */
function protocolTraits(index: ModuleIndex, file: string, { name, line, conditions }: ModuleAbout): Traits {
  if (conditions.length === 0) return NO_TRAITS;
  return { ...NO_TRAITS, exists: isCompiled(index, { name, file, line, conditions }) };
}

/** In quoted code `__MODULE__` is the module that uses the macro. */
function broughtTo(
  name: string,
  { clauses, aliases }: Traits,
  quoted: ReadonlyMap<string, DefinitionAbout>,
): BroughtDefinition[] {
  const names = new Map(aliases).set("__MODULE__", name);
  return clauses.flatMap(({ file, at, late, maybe }) => {
    const found = quoted.get(placeOf(file, at));
    return found === undefined ? [] : [{ file, late, maybe, definition: withRealNames(found, names) }];
  });
}

/** A module's own name is what its `defmodule` makes it. */
function named(about: ModuleAbout, aliases: Traits["aliases"]): ModuleAbout {
  const { name, scope } = about;
  const real = withRealNames(about, aliases);
  return { ...real, name, scope: { ...real.scope, module: scope.module } };
}

function groupFunctions(owner: Subject, templates: ReadonlyMap<string, TemplateFile>): FunctionOf[] {
  const groups = new Map<string, DefinitionAbout[]>();
  for (const definition of owner.about.definitions) {
    const key = `${definition.name}/${definition.arity ?? "?"}`;
    groups.set(key, [...(groups.get(key) ?? []), definition]);
  }
  const defined = [...groups].map(([key, definitions]) => definedFunction(owner, key, definitions));
  const delegated = owner.about.delegates.map((delegate) => delegatedFunction(owner, delegate));
  const embedded = [...templates].map(([name, template]) => templateFunction(owner, name, template));
  return [...defined, ...delegated, ...embedded.filter(({ id }) => !defined.some((one) => one.id === id))];
}

function moduleCode(owner: Subject): FunctionOf[] {
  const definitions = owner.about.code;
  const id = `${owner.name}.${MODULE_CODE}`;
  const rest = { arity: undefined, defaults: 0, delegate: undefined, template: undefined };
  return definitions.length === 0 ? [] : [{ owner, id, name: MODULE_CODE, definitions, ...rest }];
}

function definedFunction(owner: Subject, key: string, definitions: readonly DefinitionAbout[]): FunctionOf {
  const { name, arity } = definitions[0] as DefinitionAbout;
  const defaults = Math.max(...definitions.map((each) => each.defaults));
  const rest = { delegate: undefined, template: undefined };
  return { owner, id: `${owner.name}.${key}`, name, arity, defaults, definitions, ...rest };
}

function delegatedFunction(owner: Subject, delegate: DelegateAbout): FunctionOf {
  const { name, arity, defaults } = delegate;
  const rest = { definitions: [], delegate, template: undefined };
  return { owner, id: `${owner.name}.${name}/${arity}`, name, arity, defaults, ...rest };
}

function templateFunction(owner: Subject, name: string, template: TemplateFile): FunctionOf {
  const rest = { definitions: [], delegate: undefined, template };
  const written = /^\w+$/.test(name) ? name : JSON.stringify(name);
  return { owner, id: `${owner.name}.${written}/1`, name, arity: 1, defaults: 0, ...rest };
}

function keysOf({ name, arity, defaults }: FunctionOf): string[] {
  if (arity === undefined) return [];
  return Array.from({ length: defaults + 1 }, (_, omitted) => `${name}/${arity - omitted}`);
}

export function isPublic({ definitions }: FunctionOf): boolean {
  return definitions.every(({ kind }) => !kind.endsWith("p"));
}
