import { TailCallGraph, type Vertex } from "./call-graph.ts";
import { strongComponents } from "./components.ts";
import type { ClauseInfo, ModuleIndex } from "../parser/index.ts";

/** The clauses that cannot be wrapped in a span, by why. */
export interface EntryOnly {
  /**
   * The stack of a loop would grow: a tail call leads back to the clause's own function, through whichever functions and
   * modules, or to a target that only run time knows. Where a name could mean several functions, all of them count: a
   * clause too many is only watched less closely.
   */
  readonly loops: ReadonlySet<ClauseInfo>;
  /** The span would never end: the clause ends, sooner or later, in what takes the process over. */
  readonly handovers: ReadonlySet<ClauseInfo>;
}

/** Reads the tail-call graph of the project. */
export function entryOnlyClauses(index: ModuleIndex): EntryOnly {
  const graph = new TailCallGraph(index);
  const ends = graph.vertices.flatMap((vertex) =>
    vertex.clauses.map((clause) => ({ vertex, clause, targets: graph.reached(clause, vertex) })),
  );
  return { loops: findLoops(graph.vertices, ends), handovers: findHandovers(ends) };
}

interface End {
  readonly vertex: Vertex;
  readonly clause: ClauseInfo;
  readonly targets: readonly Vertex[];
}

function findLoops(vertices: readonly Vertex[], ends: readonly End[]): Set<ClauseInfo> {
  const edges = new Map<Vertex, Vertex[]>(vertices.map((vertex) => [vertex, []]));
  for (const { vertex, targets } of ends) edges.get(vertex)?.push(...targets);
  const component = strongComponents(vertices, (vertex) => edges.get(vertex) ?? []);
  const looping = ends.filter(
    ({ vertex, clause, targets }) =>
      clause.tails.dynamic || targets.some((target) => component.get(target) === component.get(vertex)),
  );
  return new Set(looping.map(({ clause }) => clause));
}

/** `:gen_server.enter_loop`, `:proc_lib.hibernate` and the like. */
const TAKES_OVER: ReadonlySet<string> = new Set(["enter_loop", "hibernate"]);

function findHandovers(ends: readonly End[]): Set<ClauseInfo> {
  const clauses = new Set<ClauseInfo>();
  const functions = new Set<Vertex>();
  for (let known = -1; known < clauses.size;) {
    known = clauses.size;
    for (const { vertex, clause, targets } of ends) {
      if (!takesOver(clause) && !targets.some((target) => functions.has(target))) continue;
      clauses.add(clause);
      functions.add(vertex);
    }
  }
  return clauses;
}

function takesOver({ tails }: ClauseInfo): boolean {
  return tails.calls.some(({ module, name }) => module !== undefined && TAKES_OVER.has(name));
}
