import {
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
}

/** A module with all that is known of it. */
export interface Subject {
  readonly name: string;
  readonly file: string;
  readonly about: ModuleAbout;
  /** Undefined for a protocol, which the rewriter has no use for. */
  readonly info: ModuleInfo | undefined;
  readonly traits: Traits;
  readonly functions: readonly FunctionOf[];
  /** The same by every `name/arity` under which they can be called. */
  readonly byKey: ReadonlyMap<string, FunctionOf>;
}

/** All modules, in order of file and place. */
export interface Subjects {
  readonly index: ModuleIndex;
  readonly all: readonly Subject[];
  readonly byName: ReadonlyMap<string, Subject>;
}

const NO_TRAITS: Traits = {
  uses: new Set(),
  behaviours: new Set(),
  brought: [],
  defines: new Set(),
  unfollowed: new Map(),
  hooks: new Set(),
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
  const all = abouts
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, modules }) =>
      modules.map((about) =>
        joinSubject(index, path, about, infos.get(placeOf(path, about.at)), templates.get(about.name)),
      ),
    );
  const byName = new Map<string, Subject>();
  for (const subject of all) if (!byName.has(subject.name)) byName.set(subject.name, subject);
  return { index, all, byName };
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
): Subject {
  const functions: FunctionOf[] = [];
  const byKey = new Map<string, FunctionOf>();
  const traits = info === undefined ? NO_TRAITS : traitsOf(index, info);
  const subject: Subject = { name: about.name, file, about, info, traits, functions, byKey };
  functions.push(...groupFunctions(subject, templates ?? new Map()));
  for (const each of functions) for (const key of keysOf(each)) if (!byKey.has(key)) byKey.set(key, each);
  return subject;
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
  return { owner, id: `${owner.name}.${name}/1`, name, arity: 1, defaults: 0, ...rest };
}

function keysOf({ name, arity, defaults }: FunctionOf): string[] {
  if (arity === undefined) return [];
  return Array.from({ length: defaults + 1 }, (_, omitted) => `${name}/${arity - omitted}`);
}

export function isPublic({ definitions }: FunctionOf): boolean {
  return definitions.every(({ kind }) => kind === "def" || kind === "defmacro");
}
