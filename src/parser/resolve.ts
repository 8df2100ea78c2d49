import type { ModuleInfo } from "./facts.ts";
import { arities, enclosing, moduleNamed, type ModuleIndex } from "./module-index.ts";
import { realName, type Brought } from "./names.ts";
import {
  IMPORTED_BY_USE,
  KERNEL_FUNCTIONS,
  knownModule,
  PATH_FIRST,
  PATTERN_FIRST,
  TRANSPARENT,
} from "./sites/known.ts";
import type { CallTarget, ResolvedCall } from "./sites/query.ts";
import type { SiteInfo } from "./sites/site.ts";
import { traitsOf } from "./traits.ts";

type Sort = "function" | "macro";

/** What a name without a module means at a place: certainly something of `module`, or maybe something of `maybe`. */
interface Meaning {
  readonly module: string | undefined;
  readonly sort: Sort | undefined;
  readonly maybe: readonly string[];
}

/** What a module knows of names, wherever in it they stand. */
interface Surroundings {
  readonly name: string;
  /** What the module defines itself, by `name/arity`. */
  readonly own: ReadonlyMap<string, Sort>;
  /** What its `use`s, and those of the modules around it, import and require. */
  readonly brought: readonly Brought[];
  readonly uses: ReadonlySet<string>;
  /** What these bring as aliases. */
  readonly aliases: ReadonlyMap<string, string>;
  /** One of the `use`s could not be followed: it may have imported anything. */
  readonly isOpen: boolean;
}

/** Says what the calls in clauses mean, by the index of the whole project. */
export class CallResolver {
  readonly #index: ModuleIndex;
  readonly #surroundings = new Map<ModuleInfo, Surroundings>();
  readonly #definitions = new Map<ModuleInfo, ReadonlyMap<string, Sort>>();
  readonly #exports = new Map<ModuleInfo, ReadonlyMap<string, Sort>>();

  constructor(index: ModuleIndex) {
    this.#index = index;
  }

  /** What the names of `site` in `module` mean, in their order. */
  resolve(site: Pick<SiteInfo, "targets" | "brought">, module: ModuleInfo): ResolvedCall[] {
    const around = this.#surroundingsOf(module);
    return site.targets.map((target) => this.#resolveOne(target, site.brought, around));
  }

  #resolveOne(
    { receiver, ...target }: CallTarget,
    brought: readonly Brought[],
    around: Surroundings,
  ): ResolvedCall {
    if (receiver !== undefined)
      return { ...target, local: false, maybe: [], receiver: this.#resolveOne(receiver, brought, around) };
    if (target.module !== undefined) {
      const real = realName(target.module, around.aliases);
      return { ...target, module: real, local: real === "Kernel", maybe: [] };
    }
    const { module, maybe } = this.#meaning(target, brought, around);
    return { ...target, module, local: true, maybe };
  }

  /** The innermost call around `site` whose argument may be read as syntax; undefined where all are functions. */
  macroAround(site: SiteInfo, module: ModuleInfo): CallTarget | undefined {
    const around = this.#surroundingsOf(module);
    return site.around.findLast((call) =>
      call.module === undefined
        ? this.#isLocalMacro(call, site.brought, around)
        : this.#isRemoteMacro(call, realName(call.module, around.aliases), site.brought, around),
    );
  }

  #isLocalMacro(call: CallTarget, brought: readonly Brought[], around: Surroundings): boolean {
    // `unquote(name)(x)`: whatever the name is, it may be a macro's.
    if (call.arity < 0) return true;
    const { module, sort } = this.#meaning(call, brought, around);
    return sort !== "function" && !(module === "Kernel" && TRANSPARENT.has(keyOf(call)));
  }

  #isRemoteMacro(
    call: CallTarget,
    module: string,
    brought: readonly Brought[],
    around: Surroundings,
  ): boolean {
    if (module === around.name) return false;
    if (module === "Kernel") return !KERNEL_FUNCTIONS.has(keyOf(call)) && !TRANSPARENT.has(keyOf(call));
    const isAtHand =
      around.uses.has(module) ||
      [...brought, ...around.brought].some((one) => realName(one.module, around.aliases) === module);
    const known = knownModule(module);
    if (known?.macros.has(call.name)) return true;
    const owner = moduleNamed(this.#index, module);
    const sort = owner && this.#definitionsOf(owner).get(keyOf(call));
    if (sort !== undefined) return sort === "macro";
    // A macro can only be called where its module is required.
    return isAtHand && (owner === undefined ? !isFunctionOf(module, call.name) : this.#isOpen(owner));
  }

  #meaning(call: CallTarget, brought: readonly Brought[], around: Surroundings): Meaning {
    const key = keyOf(call);
    const own = around.own.get(key);
    if (own !== undefined) return { module: around.name, sort: own, maybe: [] };
    const imports = [...around.brought, ...brought]
      .filter(({ how }) => how === "import")
      .map((one) => renamed(one, around.aliases))
      .toReversed();
    const maybe: string[] = [];
    for (const one of imports) {
      const sort = this.#given(one, call);
      if (sort === "maybe" || (sort !== undefined && one.maybe === true)) maybe.push(one.module);
      else if (sort !== undefined)
        return { module: one.module, sort: sort === "named" ? undefined : sort, maybe: [] };
    }
    const isExcepted = imports.some(
      ({ module, except }) => module === "Kernel" && except?.includes(key) === true,
    );
    if (!isExcepted && KERNEL_FUNCTIONS.has(key)) return { module: "Kernel", sort: "function", maybe: [] };
    const isMacro = TRANSPARENT.has(key) || PATTERN_FIRST.has(key) || PATH_FIRST.has(key);
    if (!isExcepted && isMacro) return { module: "Kernel", sort: "macro", maybe: [] };
    // Nothing but these can have brought it, and they have nothing but functions.
    const isFunction =
      maybe.length > 0 && !around.isOpen && maybe.every((one) => isFunctionOf(one, call.name));
    return { module: undefined, sort: isFunction ? "function" : undefined, maybe };
  }

  /** What an import makes of a name. `named`: it names it, but says not what it is. */
  #given({ module, only, except }: Brought, call: CallTarget): Sort | "named" | "maybe" | undefined {
    const key = keyOf(call);
    if (module === "Kernel" || except?.includes(key)) return undefined;
    if (Array.isArray(only) && !only.includes(key)) return undefined;
    const sort = this.#sortIn(module, call, Array.isArray(only));
    const isFiltered =
      (only === "functions" && sort === "macro") ||
      (only === "macros" && sort === "function") ||
      only === "sigils";
    return isFiltered ? undefined : sort;
  }

  #sortIn(module: string, call: CallTarget, isNamed: boolean): Sort | "named" | "maybe" | undefined {
    const owner = moduleNamed(this.#index, module);
    const sort = owner && this.#exportsOf(owner).get(keyOf(call));
    if (sort !== undefined) return sort;
    const known = knownModule(module);
    if (known?.macros.has(call.name)) return "macro";
    if (known?.functions?.has(call.name) || (isNamed && isFunctionOf(module, call.name))) return "function";
    if (isNamed) return "named";
    return owner === undefined && known?.functions === undefined ? "maybe" : undefined;
  }

  #surroundingsOf(module: ModuleInfo): Surroundings {
    let known = this.#surroundings.get(module);
    if (known === undefined) {
      known = this.#readSurroundings(module);
      this.#surroundings.set(module, known);
    }
    return known;
  }

  #readSurroundings(module: ModuleInfo): Surroundings {
    const around = enclosing(this.#index, module);
    const traits = (around.length === 0 ? [module] : around).map((outer) => traitsOf(this.#index, outer));
    const uses = new Set(traits.flatMap((each) => [...each.uses]));
    const imported = [...uses].flatMap((use) => IMPORTED_BY_USE.get(use) ?? []);
    return {
      name: module.name,
      own: this.#definitionsOf(module),
      brought: [
        ...imported.map((name): Brought => ({ module: name, how: "import" })),
        ...traits.flatMap((each) => each.brought),
      ],
      uses,
      aliases: traits.at(-1)?.aliases ?? new Map(),
      isOpen: traits.some(({ unfollowed }) => unfollowed.size > 0),
    };
  }

  /** A `use` in it may define more than its text shows. */
  #isOpen(module: ModuleInfo): boolean {
    return traitsOf(this.#index, module).unfollowed.size > 0;
  }

  #definitionsOf(module: ModuleInfo): ReadonlyMap<string, Sort> {
    const known = this.#definitions.get(module) ?? readDefinitions(module, () => true, module.guards);
    this.#definitions.set(module, known);
    return known;
  }

  #exportsOf(module: ModuleInfo): ReadonlyMap<string, Sort> {
    const known =
      this.#exports.get(module) ??
      readDefinitions(
        module,
        (kind) => kind === "def" || kind === "defmacro",
        module.guards.filter(({ exported }) => exported),
      );
    this.#exports.set(module, known);
    return known;
  }
}

function readDefinitions(
  module: ModuleInfo,
  wanted: (kind: string) => boolean,
  guards: ModuleInfo["guards"],
): Map<string, Sort> {
  const clauses = module.clauses.filter(({ kind }) => wanted(kind));
  return new Map([
    ...module.delegates.map((key) => [key, "function"] as const),
    ...guards.map(({ key }) => [key, "macro"] as const),
    ...clauses.flatMap((clause) => {
      const sort: Sort = clause.kind === "def" || clause.kind === "defp" ? "function" : "macro";
      return arities(clause).map((arity) => [`${clause.name}/${arity}`, sort] as const);
    }),
  ]);
}

function renamed(one: Brought, aliases: Surroundings["aliases"]): Brought {
  const module = realName(one.module, aliases);
  return module === one.module ? one : { ...one, module };
}

function isFunctionOf(module: string, name: string): boolean {
  const known = knownModule(module);
  if (known === undefined || known.macros.has(name)) return false;
  return known.functions?.has(name) ?? true;
}

function keyOf({ name, arity }: CallTarget): string {
  return `${name}/${arity}`;
}
