import {
  arities,
  KERNEL_OPERATORS,
  type ModuleIndex,
  type ModuleInfo,
  type TailCall,
  type Tails,
} from "../parser/index.ts";
import { OpenCalls, type Hub } from "./open-calls.ts";
import { superOf, verticesOf, type Vertex } from "./vertices.ts";

const NOTHING: readonly Vertex[] = [];

/** Which functions of the project tail calls can reach. */
export class TailCallGraph {
  readonly vertices: Vertex[];
  readonly #byFunction = new Map<string, Map<string, Vertex[]>>();
  readonly #byName = new Map<string, Vertex[]>();
  /** Functions whose name `unquote` computes, by module. */
  readonly #computed = new Map<string, Vertex[]>();
  /** Statements that may make functions, by module. */
  readonly #statements = new Map<string, Vertex[]>();
  /** What macros define where they are called, by their name. */
  readonly #injected = new Map<string, Vertex[]>();
  readonly #supers = new Map<Vertex, Vertex>();
  readonly #modules: ReadonlyMap<string, ModuleInfo>;
  readonly #open: OpenCalls;
  /** Functions that end, sooner or later, in a call of a function that they were given. */
  readonly #callers: ReadonlySet<Vertex>;
  /** Of every end of a vertex, for it is asked more than once. */
  readonly #reached = new Map<Tails, readonly Vertex[]>();

  constructor(index: ModuleIndex) {
    this.#modules = index.modules;
    this.vertices = index.files.flatMap((file) => file.modules).flatMap(verticesOf);
    for (const vertex of this.vertices) this.#add(vertex);
    this.#open = new OpenCalls(index, this.vertices, this.#byName);
    // An array's iteration also visits what is added on the way.
    for (const vertex of this.vertices)
      for (const tails of vertex.ends) this.#reached.set(tails, this.called(tails, vertex));
    this.#callers = this.#findCallers();
    // A function that is handed over counts only where it is handed to one of these.
    for (const vertex of this.vertices)
      for (const tails of vertex.ends)
        if (tails.calls.some(({ passes }) => passes !== undefined))
          this.#reached.set(tails, this.#reach(tails, vertex));
  }

  /** The functions in which code of `vertex` can end, those included that it gives to a function which calls them. */
  reached(tails: Tails, vertex: Vertex): readonly Vertex[] {
    return this.#reached.get(tails) ?? this.#reach(tails, vertex);
  }

  /** What it can end in besides, by calls whose target only run time knows. */
  possible({ open }: Tails): readonly Hub[] {
    return open.flatMap((call) => this.#open.hubOf(call) ?? []);
  }

  /** The functions that the calls of `vertex` name. */
  called({ calls }: Tails, vertex: Vertex): readonly Vertex[] {
    let called = this.#definedBy(vertex);
    for (const call of calls) {
      const targets = this.#targets(call, vertex);
      // Most calls leave the project, and most others are alone.
      if (targets.length > 0) called = called.length === 0 ? targets : [...called, ...targets];
    }
    return called;
  }

  #reach(tails: Tails, vertex: Vertex): readonly Vertex[] {
    const reached = [...this.called(tails, vertex)];
    for (const call of tails.calls) {
      if (call.passes === undefined) continue;
      if (this.#targets(call, vertex).some((target) => this.#callers.has(target)))
        for (const passed of call.passes) reached.push(...this.#targets(passed, vertex));
    }
    return reached;
  }

  /** What a statement makes is what its macro defines. */
  #definedBy({ kind, macro }: Vertex): readonly Vertex[] {
    return (kind === "statement" && macro !== undefined && this.#injected.get(macro)) || NOTHING;
  }

  #add(vertex: Vertex): void {
    const { module, kind, macro, keys } = vertex;
    if (kind === "statement") return add(this.#statements, module.name, vertex);
    if (kind === "injected") add(this.#injected, macro ?? "", vertex);
    if (vertex.isComputed) add(this.#computed, module.name, vertex);
    for (const key of keys) {
      add(this.#byName, key, vertex);
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

  #targets({ module, name, arity, bare }: TailCall, from: Vertex): readonly Vertex[] {
    if (module === undefined && name === "super") return this.#super(from);
    const owner = module ?? from.module.name;
    const own = this.#byFunction.get(owner);
    if (own === undefined && !this.#modules.has(owner)) return NOTHING;
    const key = `${name}/${arity}`;
    const found = own?.get(key);
    const isAnybodys = from.isFree && module === undefined && bare !== true;
    if (found !== undefined && !isAnybodys) return found;
    if (bare || !this.#modules.has(owner) || KERNEL_OPERATORS.has(key)) return NOTHING;
    // Imported, or made by a macro: whatever function of the project has the name, or no known one.
    return [
      ...(this.#byName.get(key) ?? []),
      ...this.#computedIn(owner, arity),
      ...(this.#statements.get(owner) ?? []).filter((statement) => mayMake(statement, name)),
    ];
  }

  #computedIn(module: string, arity: number): Vertex[] {
    const computed = this.#computed.get(module) ?? [];
    return computed.filter(({ clauses }) =>
      clauses.some((clause) => clause.arity === undefined || arities(clause).includes(arity)),
    );
  }

  /** What `super` calls: what a macro defined, or what clauses before `defoverridable` did. */
  #super(from: Vertex): Vertex[] {
    const owner = from.owner ?? from;
    let below = this.#supers.get(owner);
    if (below === undefined) {
      below = superOf(
        owner,
        owner.ends.filter((tails) => !callsSuper(tails)),
      );
      this.#supers.set(owner, below);
      this.vertices.push(below);
    }
    const named = owner.keys.flatMap((key) => this.#byName.get(key) ?? []);
    return [below, ...named.filter(({ kind }) => kind === "injected")];
  }

  #findCallers(): Set<Vertex> {
    const from = new Map<Vertex, Vertex[]>();
    for (const vertex of this.vertices)
      for (const tails of vertex.ends)
        for (const target of this.reached(tails, vertex)) add(from, target, vertex);
    const callers = new Set(this.vertices.filter(({ ends }) => ends.some(({ open }) => open.length > 0)));
    // A Set's iteration also visits what is added on the way.
    for (const caller of callers) for (const before of from.get(caller) ?? []) callers.add(before);
    return callers;
  }
}

function mayMake({ header = "" }: Vertex, name: string): boolean {
  // Most names do not stand in most headers: the expression is only made where the text is there at all.
  return (
    header.includes(name) &&
    new RegExp(`(?<![\\w?!])${name.replaceAll(/\W/g, "\\$&")}(?![\\w?!])`).test(header)
  );
}

function callsSuper({ calls }: Tails): boolean {
  return calls.some(({ module, name }) => module === undefined && name === "super");
}

function add<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
