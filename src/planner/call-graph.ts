import {
  arities,
  type ClauseInfo,
  type ModuleIndex,
  type ModuleInfo,
  type TailCall,
  type Tails,
} from "../parser/index.ts";

/** A function of the project: its clauses' tail calls are the edges of the graph. */
export interface Vertex {
  readonly module: ModuleInfo;
  readonly clauses: readonly ClauseInfo[];
}

/** Which functions of the project the tail calls of a clause can reach. */
export class TailCallGraph {
  readonly vertices: Vertex[] = [];
  readonly #byFunction = new Map<string, Vertex[]>();
  readonly #byName = new Map<string, Vertex[]>();
  readonly #byProtocol = new Map<string, Vertex[]>();
  /** Functions whose name `unquote` computes, by module. */
  readonly #computed = new Map<string, Vertex[]>();
  readonly #modules: ReadonlyMap<string, ModuleInfo>;
  /** Functions that end, sooner or later, in a call of a function that they were given. */
  readonly #callers: ReadonlySet<Vertex>;

  constructor(index: ModuleIndex) {
    this.#modules = index.modules;
    for (const module of index.files.flatMap((file) => file.modules)) this.#addModule(module);
    this.#callers = this.#findCallers();
  }

  /** The functions in which code of `module` can end, those included that it gives to a function which calls them. */
  reached({ calls }: Tails, { module }: Vertex): Vertex[] {
    return calls.flatMap((call) => {
      const targets = this.#targets(call, module.name);
      if (call.passes === undefined || !targets.some((target) => this.#callers.has(target))) return targets;
      return [...targets, ...call.passes.flatMap((passed) => this.#targets(passed, module.name))];
    });
  }

  #addModule(module: ModuleInfo): void {
    const functions = new Map<string, ClauseInfo[]>();
    for (const clause of module.clauses) add(functions, `${clause.name}/${clause.arity}`, clause);
    for (const clauses of functions.values()) this.#addVertex({ module, clauses });
  }

  #addVertex(vertex: Vertex): void {
    const { module, clauses } = vertex;
    this.vertices.push(vertex);
    if (clauses.some((clause) => clause.computed)) add(this.#computed, module.name, vertex);
    for (const name of new Set(clauses.flatMap(namesOf))) {
      add(this.#byFunction, `${module.name}.${name}`, vertex);
      add(this.#byName, name, vertex);
      if (module.protocol !== undefined) add(this.#byProtocol, `${module.protocol}.${name}`, vertex);
    }
  }

  #targets({ module, name, arity, bare }: TailCall, from: string): readonly Vertex[] {
    const key = `${name}/${arity}`;
    const owner = module ?? from;
    const found = this.#byFunction.get(`${owner}.${key}`) ?? this.#byProtocol.get(`${owner}.${key}`);
    if (found !== undefined) return found;
    if (bare || !this.#modules.has(owner)) return [];
    // Imported, delegated, or made by a macro: whatever function of the project has the name, or no known one.
    return [...(this.#byName.get(key) ?? []), ...this.#computedIn(owner, arity)];
  }

  #computedIn(module: string, arity: number): Vertex[] {
    const computed = this.#computed.get(module) ?? [];
    return computed.filter(({ clauses }) =>
      clauses.some((clause) => clause.arity === undefined || arities(clause).includes(arity)),
    );
  }

  #findCallers(): Set<Vertex> {
    const from = new Map<Vertex, Vertex[]>();
    for (const vertex of this.vertices)
      for (const { tails } of vertex.clauses)
        for (const call of tails.calls)
          for (const target of this.#targets(call, vertex.module.name)) add(from, target, vertex);
    const callers = new Set(
      this.vertices.filter(({ clauses }) => clauses.some(({ tails }) => tails.dynamic)),
    );
    // A Set's iteration also visits what is added on the way.
    for (const caller of callers) for (const before of from.get(caller) ?? []) callers.add(before);
    return callers;
  }
}

function namesOf(clause: ClauseInfo): string[] {
  return arities(clause).map((arity) => `${clause.name}/${arity}`);
}

function add<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
