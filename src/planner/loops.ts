import { arities, type ClauseInfo, type ModuleIndex, type TailCall } from "../parser/index.ts";
import { strongComponents } from "./components.ts";

/** A function of the project: its clauses' tail calls are the edges of the graph. */
interface Vertex {
  readonly module: string;
  readonly clauses: ClauseInfo[];
}

/**
 * The clauses that must keep their tail calls, for else the stack of a loop would grow: a tail call leads back to the
 * clause's own function, through whichever functions and modules, or to a target that only run time knows.
 * Where a name could mean several functions, all of them count: a clause too many is only watched less closely.
 */
export function loopingClauses(index: ModuleIndex): ReadonlySet<ClauseInfo> {
  const graph = new TailCallGraph(index);
  const component = strongComponents(graph.vertices, (vertex) =>
    vertex.clauses.flatMap(({ tails }) => tails.calls.flatMap((call) => graph.targets(call, vertex.module))),
  );
  const loops = (clause: ClauseInfo, vertex: Vertex): boolean =>
    clause.tails.dynamic ||
    clause.tails.calls.some((call) =>
      graph.targets(call, vertex.module).some((target) => component.get(target) === component.get(vertex)),
    );
  return new Set(
    graph.vertices.flatMap((vertex) => vertex.clauses.filter((clause) => loops(clause, vertex))),
  );
}

/** Resolves calls to the functions of the project that they can reach. */
class TailCallGraph {
  readonly vertices: Vertex[] = [];
  readonly #byFunction = new Map<string, Vertex[]>();
  readonly #byName = new Map<string, Vertex[]>();
  readonly #implementations = new Map<string, Vertex[]>();
  readonly #modules: ReadonlyMap<string, unknown>;

  constructor(index: ModuleIndex) {
    this.#modules = index.modules;
    for (const module of index.files.flatMap((file) => file.modules))
      this.#addModule(module.name, module.clauses);
  }

  #addModule(module: string, clauses: readonly ClauseInfo[]): void {
    const own = new Map<string, ClauseInfo[]>();
    for (const clause of clauses) add(own, `${clause.name}/${clause.arity}`, clause);
    for (const group of own.values()) {
      const vertex: Vertex = { module, clauses: group };
      this.vertices.push(vertex);
      const names = new Set(
        group.flatMap((clause) => arities(clause).map((arity) => `${clause.name}/${arity}`)),
      );
      for (const name of names) {
        add(this.#byFunction, `${module}.${name}`, vertex);
        add(this.#byName, name, vertex);
        const dot = module.lastIndexOf(".");
        if (dot !== -1) add(this.#implementations, `${module.slice(0, dot)}.${name}`, vertex);
      }
    }
  }

  targets({ module, name, arity }: TailCall, from: string): readonly Vertex[] {
    const key = `${name}/${arity}`;
    if (module === undefined) return this.#byFunction.get(`${from}.${key}`) ?? this.#byName.get(key) ?? [];
    const found = this.#byFunction.get(`${module}.${key}`);
    if (found !== undefined) return found;
    // A call to a protocol ends in one of its implementations, which are named after it.
    return this.#modules.has(module) ? [] : (this.#implementations.get(`${module}.${key}`) ?? []);
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
