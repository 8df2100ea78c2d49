import type { Argument, Expansion, ModuleInfo, QuotedCall, QuotedInfo, UseInfo } from "./facts.ts";
import { BEHAVIOURS, DEFINED_BY_USE, ELIXIR, FRAMEWORKS } from "./frameworks.ts";
import { moduleNamed, type ModuleIndex } from "./module-index.ts";
import type { Brought } from "./names.ts";
import { knownModule } from "./sites/known.ts";

/** Where and why a `use` could not be followed any further. */
export interface UseEnd {
  /** The line of the module's own `use` that leads there. */
  readonly line: number;
  /** Where it ended: in the module itself, or in a macro. */
  readonly at: { readonly file: string; readonly line: number };
  readonly reason: string;
  /** The module whose source would be needed. */
  readonly missing: string | undefined;
}

/** What a module is, by everything that it uses, directly or through macros. */
export interface Traits {
  /** Every module that is `use`d. */
  readonly uses: ReadonlySet<string>;
  /** Every behaviour that is declared, or implied by what is used. */
  readonly behaviours: ReadonlySet<string>;
  /** What the macros that are `use`d import and require. */
  readonly brought: readonly Brought[];
  /** `name/arity` of the functions that these define, or may define. */
  readonly defines: ReadonlySet<string>;
  /** What is `use`d and could not be followed to its end, by what is in the way. */
  readonly unfollowed: ReadonlyMap<string, UseEnd>;
  /** Modules of `@before_compile` whose sources are not in the index. */
  readonly hooks: ReadonlySet<string>;
}

const NOTHING: Argument = { atom: undefined, options: {} };

/** Erlang's names for what Elixir has, too. */
const ERLANG: Readonly<Record<string, string>> = {
  ":gen_server": "GenServer",
  ":supervisor": "Supervisor",
  ":application": "Application",
};

/** Follows every `use` of `module` through macros, those of dependencies included as far as they are in the index. */
export function traitsOf(index: ModuleIndex, module: ModuleInfo): Traits {
  const walk = new UseWalk(index, module);
  walk.run();
  return walk;
}

class UseWalk implements Traits {
  readonly uses: Set<string> = new Set();
  readonly behaviours: Set<string>;
  readonly brought: Brought[] = [];
  readonly defines: Set<string> = new Set();
  readonly unfollowed: Map<string, UseEnd> = new Map();
  readonly hooks: Set<string> = new Set();
  readonly #index: ModuleIndex;
  readonly #module: ModuleInfo;
  readonly #seen: Set<string> = new Set();
  #line: number;

  constructor(index: ModuleIndex, module: ModuleInfo) {
    this.#index = index;
    this.#module = module;
    this.#line = module.line;
    this.behaviours = new Set();
    for (const behaviour of module.behaviours) this.#addBehaviour(behaviour);
  }

  run(): void {
    const module = this.#module;
    for (const use of module.uses) {
      this.#line = use.line;
      this.#followUse(use, module);
    }
    for (const expansion of module.expansions) this.#followExpansion(expansion, module.imports);
    for (const target of module.beforeCompile) this.#followHook(target);
  }

  #addBehaviour(name: string): void {
    this.behaviours.add(name);
    const known = ERLANG[name];
    if (known !== undefined) this.behaviours.add(known);
  }

  #followUse({ target: name, argument, line }: UseInfo, from: ModuleInfo): void {
    this.uses.add(name);
    if (FRAMEWORKS.has(name) || BEHAVIOURS.has(name)) this.behaviours.add(name);
    for (const key of DEFINED_BY_USE[name] ?? []) this.defines.add(key);
    const target = moduleNamed(this.#index, name);
    if (target !== undefined) return this.#followMacro(target, "__using__", argument);
    if (FRAMEWORKS.has(name) || ELIXIR.has(name)) return undefined;
    const reason = "its source is neither in the project nor in its dependencies";
    return this.#giveUp(name, { file: from.file, line }, reason, name);
  }

  #giveUp(what: string, at: UseEnd["at"], reason: string, missing?: string): void {
    if (!this.unfollowed.has(what)) this.unfollowed.set(what, { line: this.#line, at, reason, missing });
  }

  #followMacro(owner: ModuleInfo, name: string, argument: Argument): void {
    const key = `${owner.name}.${name} ${argument.atom} ${JSON.stringify(argument.options)}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const quoted of owner.quoted.filter((candidate) => candidate.name === name))
      if (this.#accepts(quoted, argument, owner)) this.#take(quoted, owner, argument);
  }

  /** A clause that wants another atom than the one it is given does not run; one that is given an unknown value may not. */
  #accepts({ firstAtom, option, line }: QuotedInfo, { atom, options }: Argument, owner: ModuleInfo): boolean {
    if (firstAtom === undefined) return true;
    if (option === undefined) return firstAtom === atom;
    const given = options[option.name];
    if (given !== null) return firstAtom === (given ?? option.fallback);
    this.#giveUp(
      `${owner.name}, by its option ${option.name}`,
      { file: owner.file, line },
      "the option is computed",
    );
    return false;
  }

  #take(quoted: QuotedInfo, owner: ModuleInfo, argument: Argument): void {
    for (const behaviour of quoted.behaviours) this.#addBehaviour(behaviour);
    this.brought.push(...quoted.brought);
    for (const key of quoted.defines) this.defines.add(key);
    for (const use of quoted.uses) this.#followUse(use, owner);
    for (const call of quoted.calls) this.#followCall(call, owner, argument);
    for (const expansion of quoted.expansions)
      this.#followExpansion(expansion, [...quoted.brought, ...owner.imports, ...this.#module.imports]);
    for (const target of quoted.beforeCompile) this.#followHook(target);
    for (const { line, what } of quoted.openEnds)
      this.#giveUp(`${owner.name}, by \`${what}\``, { file: owner.file, line }, "what it names is computed");
  }

  #followCall(
    { module, name: written, argument, passesOn, spliced, line }: QuotedCall,
    owner: ModuleInfo,
    own: Argument,
  ): void {
    const target = moduleNamed(this.#index, module);
    const name = written ?? own.atom;
    const at = { file: owner.file, line };
    if (target !== undefined && name !== undefined)
      this.#followMacro(target, name, passesOn ? own : argument);
    else if (target !== undefined)
      this.#giveUp(`${module}, by a computed name`, at, "the function's name is computed");
    else if (spliced && knownModule(module) === undefined)
      this.#giveUp(
        `${module}.${name}`,
        at,
        "its source is neither in the project nor in its dependencies",
        module,
      );
  }

  /** A macro that stands where a statement does. */
  #followExpansion({ module, name, arity, argument }: Expansion, imports: readonly Brought[]): void {
    const owners = module === undefined ? importing(imports, `${name}/${arity}`) : [module];
    for (const owner of owners.flatMap((each) => moduleNamed(this.#index, each) ?? []))
      if (
        owner.clauses.some(
          (clause) => clause.kind === "defmacro" && clause.name === name && takes(clause, arity),
        )
      )
        this.#followMacro(owner, name, argument);
  }

  #followHook(target: string): void {
    const owner = moduleNamed(this.#index, target);
    if (owner === undefined) this.hooks.add(target);
    else this.#followMacro(owner, "__before_compile__", NOTHING);
  }
}

function importing(imports: readonly Brought[], key: string): string[] {
  return imports.flatMap(({ module, how, only, except }) => {
    const isNamed = !Array.isArray(only) || only.includes(key);
    return how === "import" && isNamed && !except?.includes(key) ? [module] : [];
  });
}

function takes({ arity, defaults }: ModuleInfo["clauses"][number], given: number): boolean {
  return arity !== undefined && given <= arity && given >= arity - defaults;
}

/** The modules whose sources would help to follow what the project uses. */
export function missingModules(index: ModuleIndex): string[] {
  const modules = [...index.modules.values()];
  const missing = new Set<string>();
  for (const module of modules) {
    const { unfollowed, hooks } = traitsOf(index, module);
    for (const name of hooks) missing.add(name);
    for (const end of unfollowed.values()) if (end.missing !== undefined) missing.add(end.missing);
  }
  return [...missing];
}
