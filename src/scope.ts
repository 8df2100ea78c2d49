import { Carriers } from "./carriers.ts";
import type { FactsReader } from "./facts.ts";
import {
  BEHAVIOURS,
  FRAMEWORKS,
  lastSegment,
  mayDefine,
  outlineOf,
  traitsOf,
  type FileFacts,
  type ModuleIndex,
  type ModuleInfo,
  type Outline,
} from "./parser/index.ts";
import { mayTakeOver, TailWalk } from "./planner/index.ts";
import { knownCallbacks, reachOf, selectsKnownCallbacks, type RuleSet } from "./rules/index.ts";
import type { SourceFile } from "./source.ts";

const MODULE = /^\p{Lu}[\p{L}\p{N}_.]*$/u;

const CALLBACKS: readonly string[] = [...FRAMEWORKS.values(), ...BEHAVIOURS.values()].flat();

/**
 * The scope of rules that select nothing but known callbacks, which return to who calls them whatever they end in, but for
 * what takes the process over and what leads back to them. Of anything else, what it may end in decides, and that can be any
 * function of the project: then there is none; nor where sources say themselves what is selected.
 */
export function openScope(
  sources: readonly SourceFile[],
  reader: FactsReader,
  rules: RuleSet,
): Scope | undefined {
  if (!selectsKnownCallbacks(rules)) return undefined;
  if (sources.some(({ text }) => text.includes("escope:"))) return undefined;
  const outlines = sources.map(outlineOf);
  return outlines.some(({ code }) => mayTakeOver(code)) ? undefined : new Scope(outlines, reader, rules);
}

/**
 * The files of a project that have to be read in full: those in which the rules may select something, and those that tell
 * what becomes of it, for their modules are named there. Of all others the text says that they change nothing.
 */
export class Scope {
  readonly #outlines: readonly Outline[];
  readonly #renamed: readonly Outline[];
  /** By the last segment of each name that a file may define. */
  readonly #bySegment: ReadonlyMap<string, readonly Outline[]>;
  readonly #reader: FactsReader;
  readonly #rules: RuleSet;
  readonly #facts = new Map<string, FileFacts>();
  readonly #named = new Map<string, readonly Outline[]>();
  /** Files in which something may be selected, and that were not looked into yet. */
  readonly #reached: FileFacts[] = [];
  readonly #reachedOnce = new Set<Outline>();
  readonly #followed = new Set<FileFacts>();
  readonly #tails: TailWalk;
  readonly #carriers: Carriers;

  constructor(outlines: readonly Outline[], reader: FactsReader, rules: RuleSet) {
    this.#outlines = outlines;
    this.#renamed = this.#outlines.filter(({ isRenamed }) => isRenamed);
    this.#bySegment = grouped(this.#outlines, ({ defines, implements: protocols }) =>
      [...defines, ...protocols].map(lastSegment),
    );
    this.#carriers = new Carriers(this.#outlines);
    this.#reader = reader;
    this.#rules = rules;
    this.#tails = new TailWalk((name) =>
      this.#mayDefine(name).flatMap((outline) => this.#add(outline).modules),
    );
  }

  /** The facts of all files that matter, as far as it is known by now. */
  read(): FileFacts[] {
    this.#addReached(this.#reaching([]));
    this.#close();
    return [...this.#facts.values()];
  }

  /** Whether what is known now of dependencies and macros makes more files matter. */
  extend(index: ModuleIndex): boolean {
    const { libraries, absent } = index;
    this.#tails.know((module) => traitsOf(index, module).aliases);
    const before = this.#facts.size;
    for (const name of absent) this.#addModule(name);
    const macros = [...libraries.values()].filter(hasMacros).map(({ name }) => lastSegment(name));
    if (macros.length > 0) this.#addReached(this.#reaching(macros));
    this.#close();
    return this.#facts.size > before;
  }

  #reaching(macros: readonly string[]): (outline: Outline) => boolean {
    const reach = reachOf(this.#rules, (behaviour) => this.#callbacksOf(behaviour));
    if (reach === undefined) return () => true;
    const tests = new Map<string, (outline: Outline) => boolean>();
    const testOf = (names: readonly string[]): ((outline: Outline) => boolean) => {
      const key = names.join(" ");
      const test = tests.get(key) ?? this.#carriers.test(names, macros);
      tests.set(key, test);
      return test;
    };
    return (outline) => {
      const { source, code } = outline;
      const hasTraits = (names: readonly string[]): boolean => testOf(names)(outline);
      return /\bEscope\b|escope:/.test(source.text) || reach({ ...source, code, hasTraits });
    };
  }

  #addReached(isReached: (outline: Outline) => boolean): void {
    for (const outline of this.#outlines) {
      if (this.#reachedOnce.has(outline) || !isReached(outline)) continue;
      this.#reachedOnce.add(outline);
      this.#reached.push(this.#add(outline));
    }
  }

  #callbacksOf(behaviour: string): readonly string[] | undefined {
    const known = knownCallbacks(behaviour);
    if (known === undefined) return undefined;
    const own = known.isFinal ? [] : this.#mayDefine(behaviour).map((outline) => this.#add(outline));
    const written = own.flatMap(({ modules }) => modules.flatMap(({ callbacks }) => callbacks));
    return [...known.names, ...written.map((key) => key.slice(0, key.lastIndexOf("/")))];
  }

  #add(outline: Outline): FileFacts {
    const { path } = outline.source;
    const known = this.#facts.get(path);
    if (known !== undefined) return known;
    const facts = this.#reader.read(outline.source);
    this.#facts.set(path, facts);
    return facts;
  }

  #close(): void {
    for (let facts = this.#reached.pop(); facts !== undefined; facts = this.#reached.pop())
      this.#followNames(facts);
    this.#followTails();
  }

  /** A callback whose tail calls lead back to it is a loop: whatever they lead to on the way counts. */
  #followTails(): void {
    const modules = [...this.#facts.values()].flatMap((facts) => facts.modules);
    const callbacks = new Set([...CALLBACKS, ...modules.flatMap((module) => module.callbacks)]);
    const selecting = new Set([...this.#reachedOnce].map(({ source }) => source.path));
    this.#tails.follow(
      modules.filter(({ file }) => selecting.has(file)),
      callbacks,
    );
  }

  /** What a module uses, imports and expands, and so on for what is found there. */
  #followNames(facts: FileFacts): void {
    if (this.#followed.has(facts)) return;
    this.#followed.add(facts);
    for (const name of facts.modules.flatMap(modulesNamed))
      for (const outline of this.#mayDefine(name)) this.#followNames(this.#add(outline));
  }

  #addModule(name: string): void {
    for (const outline of this.#mayDefine(name)) this.#followNames(this.#add(outline));
  }

  #mayDefine(name: string): readonly Outline[] {
    const near = [...this.#renamed, ...name.split(".").flatMap((part) => this.#bySegment.get(part) ?? [])];
    const known = this.#named.get(name) ?? [...new Set(near)].filter((outline) => mayDefine(outline, name));
    this.#named.set(name, known);
    return known;
  }
}

function grouped(
  outlines: readonly Outline[],
  keysOf: (outline: Outline) => Iterable<string>,
): Map<string, Outline[]> {
  const groups = new Map<string, Outline[]>();
  for (const outline of outlines)
    for (const key of new Set(keysOf(outline))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [outline]);
      else group.push(outline);
    }
  return groups;
}

/**
 * Every text that is a module's name, wherever it stands, in what is followed from a module to what it is and has, and in its
 * sites. Where its functions lead is for tail calls.
 */
function modulesNamed({ clauses, ...module }: ModuleInfo): string[] {
  const { conditions, uses, blockUses, behaviours, imports, expansions, beforeCompile, quoted } = module;
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      if (MODULE.test(value)) names.add(value);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit([conditions, uses, blockUses, behaviours, imports, expansions, beforeCompile, quoted]);
  for (const { sites } of clauses) visit(sites);
  return [...names];
}

function hasMacros({ clauses }: ModuleInfo): boolean {
  return clauses.some(
    ({ kind, name }) => kind === "defmacro" && !/^__(?:using|before_compile)__$/.test(name),
  );
}
