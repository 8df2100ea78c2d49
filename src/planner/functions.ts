import {
  arities,
  KERNEL_OPERATORS,
  realName,
  type ModuleInfo,
  type TailCall,
  type Tails,
} from "../parser/index.ts";
import { isMacro, withArguments } from "./macro-arguments.ts";
import { withReceivers, type Names } from "./receivers.ts";
import { superOf, verticesOf, type Vertex } from "./vertices.ts";

const NOTHING: readonly Vertex[] = [];
export const NO_ALIASES: ReadonlyMap<string, string> = new Map();

export type AliasesOf = (module: ModuleInfo) => ReadonlyMap<string, string>;
type Read = (module: string) => void;

/** The functions of modules, and what stands for code that becomes functions, by what calls can name of them. */
export class Functions implements Names {
  readonly vertices: Vertex[] = [];
  readonly byName: Map<string, Vertex[]> = new Map();
  readonly #byFunction = new Map<string, Map<string, Vertex[]>>();
  /** Functions whose name `unquote` computes, by module. */
  readonly #computed = new Map<string, Vertex[]>();
  /** Statements that may make functions, by module. */
  readonly #statements = new Map<string, Vertex[]>();
  /** What macros define where they are called, by their name. */
  readonly #injected = new Map<string, Vertex[]>();
  readonly #supers = new Map<Vertex, Vertex>();
  readonly #modules = new Set<string>();
  /** `name/arity` of each macro. */
  readonly #macros = new Set<string>();
  readonly #aliases: AliasesOf;
  readonly #read: Read;

  /** `aliases`: those that its `use`s bring into a module. `read`: told of modules of which more has to be known. */
  constructor(aliases: AliasesOf = () => NO_ALIASES, read: Read = () => undefined) {
    this.#aliases = aliases;
    this.#read = read;
  }

  add(module: ModuleInfo): void {
    this.#modules.add(module.name);
    for (const vertex of verticesOf(module)) this.#add(vertex);
  }

  /** The functions of a module. */
  of(module: string): Vertex[] {
    return [...new Set([...(this.#byFunction.get(module)?.values() ?? [])].flat())];
  }

  /** The functions that the calls of `vertex` may mean, by their names alone. */
  possible({ calls }: Tails, vertex: Vertex): readonly Vertex[] {
    return joined(this.#definedBy(vertex), calls, (call) => this.#mayMean(call, vertex));
  }

  /** Those that they surely mean. */
  certain({ calls }: Tails, vertex: Vertex): readonly Vertex[] {
    return joined(NOTHING, calls, (call) => this.#means(call, vertex));
  }

  /** What code of `vertex` ends in, with the arguments of what may be macros, or surely is one. */
  whole(tails: Tails, vertex: Vertex, how: "possible" | "certain"): Tails {
    return withReceivers(this.#withArguments(tails, vertex, how), vertex, this);
  }

  #withArguments(tails: Tails, vertex: Vertex, how: "possible" | "certain"): Tails {
    if (!tails.calls.some((call) => call.argumentTails !== undefined && this.#macros.has(keyOf(call))))
      return tails;
    return withArguments(tails, vertex, (call, from) =>
      how === "possible" ? this.#mayMean(call, from) : this.#means(call, from),
    );
  }

  /** The functions that a call means; undefined where it may mean any other. */
  only(call: TailCall, from: Vertex): readonly Vertex[] | undefined {
    if (from.isFree || isSuper(call)) return undefined;
    const owners = call.module === undefined ? this.#localOwners(call, from.module) : [call.module];
    const found: Vertex[] = [];
    for (const owner of owners ?? []) {
      const own = this.meant(owner, from).map((name) => this.#definedIn(name, call));
      if (call.module !== undefined && own[0]?.length === 0) return undefined;
      found.push(...own.flat());
    }
    // Others may implement a protocol, too.
    const isOpen = found.length === 0 || found.some(({ module }) => module.protocol !== undefined);
    return isOpen ? undefined : found;
  }

  #definedIn(module: string, call: TailCall): readonly Vertex[] {
    this.#read(module);
    return this.#byFunction.get(module)?.get(keyOf(call)) ?? NOTHING;
  }

  /** The modules that a name may mean in code of `from`. */
  meant(module: string, from: Vertex): readonly string[] {
    return namesOf(module, this.#aliases(from.module));
  }

  /** The modules that can have what is called by its name alone; undefined where an import is not known. */
  #localOwners(call: TailCall, { name, imports }: ModuleInfo): readonly string[] | undefined {
    const key = keyOf(call);
    if (this.#byFunction.get(name)?.has(key) === true) return [name];
    const bringing = imports.filter(
      ({ how, only, except }) =>
        how === "import" &&
        (Array.isArray(only) ? only.includes(key) : only !== "macros" && only !== "sigils") &&
        except?.includes(key) !== true,
    );
    return bringing.some(({ maybe }) => maybe) ? undefined : bringing.map(({ module }) => module);
  }

  #mayMean(call: TailCall, from: Vertex): readonly Vertex[] {
    if (isSuper(call)) return [this.#below(from), ...this.#injectedAs(from)];
    const { module } = call;
    if (module === undefined) return this.#named(from.module.name, call, from);
    // An alias that a macro brings may stand below the call: then the name means what it says.
    const [name = module, ...others] = namesOf(module, this.#aliases(from.module));
    const named = this.#named(name, call, from);
    return others.length === 0 ? named : [...named, ...others.flatMap((one) => this.#named(one, call, from))];
  }

  #named(owner: string, call: TailCall, from: Vertex): readonly Vertex[] {
    const { module, name, arity, bare } = call;
    const key = keyOf(call);
    const found = this.#byFunction.get(owner)?.get(key);
    const isAnybodys = from.isFree && module === undefined && bare !== true;
    if (found !== undefined && !isAnybodys) return found;
    if (bare || !this.#modules.has(owner) || KERNEL_OPERATORS.has(key)) return NOTHING;
    // Imported, or made by a macro: whatever function of the project has the name, or no known one.
    return [
      ...(this.byName.get(key) ?? []),
      ...this.#computedIn(owner, arity),
      ...(this.#statements.get(owner) ?? []).filter((statement) => mayMake(statement, name)),
    ];
  }

  #means(call: TailCall, from: Vertex, expanded?: Set<Vertex>): readonly Vertex[] {
    const owners = ownersOf(call, from.module, this.#aliases);
    if (isSuper(call))
      return [this.#below(from), ...this.#injectedAs(from).filter((one) => owners.includes(one.module.name))];
    const key = keyOf(call);
    for (const owner of owners) {
      const found = this.#byFunction.get(owner)?.get(key);
      if (found !== undefined) return this.#expand(found, from, expanded);
    }
    return NOTHING;
  }

  /** What a macro quotes stands in its caller's place; `expanded`: the macros that stand there already. */
  #expand(found: readonly Vertex[], caller: Vertex, expanded = new Set<Vertex>()): readonly Vertex[] {
    if (!found.some(({ isFree }) => isFree)) return found;
    return found.flatMap((vertex) => {
      if (!vertex.isFree || expanded.has(vertex)) return [vertex];
      expanded.add(vertex);
      const calls = vertex.ends.flatMap((tails) => tails.calls);
      return [vertex, ...joined(NOTHING, calls, (call) => this.#means(call, caller, expanded))];
    });
  }

  #add(vertex: Vertex): void {
    const { module, kind, macro, keys } = vertex;
    this.vertices.push(vertex);
    if (kind === "statement") return add(this.#statements, module.name, vertex);
    if (kind === "injected") add(this.#injected, macro ?? "", vertex);
    if (vertex.isComputed) add(this.#computed, module.name, vertex);
    if (isMacro(vertex)) for (const key of keys) this.#macros.add(key);
    for (const key of keys) {
      add(this.byName, key, vertex);
      if (kind === "injected") continue;
      add(this.#functionsOf(module.name), key, vertex);
      if (module.protocol !== undefined) add(this.#functionsOf(module.protocol), key, vertex);
    }
    return undefined;
  }

  #functionsOf(module: string): Map<string, Vertex[]> {
    let functions = this.#byFunction.get(module);
    if (functions === undefined) {
      functions = new Map();
      this.#byFunction.set(module, functions);
    }
    return functions;
  }

  /** What a statement makes is what its macro defines. */
  #definedBy({ kind, macro }: Vertex): readonly Vertex[] {
    return (kind === "statement" && macro !== undefined && this.#injected.get(macro)) || NOTHING;
  }

  #computedIn(owner: string, arity: number): Vertex[] {
    const computed = this.#computed.get(owner) ?? [];
    return computed.filter(({ clauses }) =>
      clauses.some((clause) => clause.arity === undefined || arities(clause).includes(arity)),
    );
  }

  /** What clauses before `defoverridable` are, for `super` in those behind it. */
  #below(from: Vertex): Vertex {
    const owner = from.owner ?? from;
    let below = this.#supers.get(owner);
    if (below === undefined) {
      below = superOf(
        owner,
        owner.ends.filter(({ calls }) => !calls.some(isSuper)),
      );
      this.#supers.set(owner, below);
      this.vertices.push(below);
    }
    return below;
  }

  /** What macros define under the name of a function: its `super`, too. */
  #injectedAs(from: Vertex): Vertex[] {
    const named = (from.owner ?? from).keys.flatMap((key) => this.byName.get(key) ?? []);
    return named.filter(({ kind }) => kind === "injected");
  }
}

function keyOf({ name, arity }: TailCall): string {
  return `${name}/${arity}`;
}

function joined(
  first: readonly Vertex[],
  calls: readonly TailCall[],
  targetsOf: (call: TailCall) => readonly Vertex[],
): readonly Vertex[] {
  let all = first;
  for (const call of calls) {
    const targets = targetsOf(call);
    // Most calls leave the project, and most others are alone.
    if (targets.length > 0) all = all.length === 0 ? targets : [...all, ...targets];
  }
  return all;
}

function isSuper({ module, name }: TailCall): boolean {
  return module === undefined && name === "super";
}

/** The modules of which the first that has what is called in `module` surely is meant, if any has it. */
export function ownersOf(call: TailCall, from: ModuleInfo, aliases: AliasesOf): readonly string[] {
  if (call.module !== undefined) return namesOf(call.module, aliases(from));
  const { name, uses, imports } = from;
  if (isSuper(call)) return uses.map(({ target }) => target);
  if (call.bare) return [name];
  return [name, ...imports.flatMap(({ module, how }) => (how === "import" ? module : []))];
}

/** What a name means by the aliases that a `use` brings, and what it says. */
function namesOf(written: string, aliases: ReadonlyMap<string, string>): readonly string[] {
  const meant = realName(written, aliases);
  return meant === written ? [written] : [meant, written];
}

function mayMake({ header = "" }: Vertex, name: string): boolean {
  // Most names do not stand in most headers: the expression is only made where the text is there at all.
  return (
    header.includes(name) &&
    new RegExp(`(?<![\\w?!])${name.replaceAll(/\W/g, "\\$&")}(?![\\w?!])`).test(header)
  );
}

function add<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
