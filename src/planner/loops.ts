import { TailCallGraph, type Vertex } from "./call-graph.ts";
import { strongComponents } from "./components.ts";
import type { ClauseInfo, ModuleIndex } from "../parser/index.ts";

/**
 * The clauses that must keep their tail calls, for else the stack of a loop would grow: a tail call leads back to the
 * clause's own function, through whichever functions and modules, or to a target that only run time knows.
 * Where a name could mean several functions, all of them count: a clause too many is only watched less closely.
 */
export function loopingClauses(index: ModuleIndex): ReadonlySet<ClauseInfo> {
  const graph = new TailCallGraph(index);
  const component = strongComponents(graph.vertices, (vertex) =>
    vertex.clauses.flatMap((clause) => graph.reached(clause, vertex)),
  );
  const loops = (clause: ClauseInfo, vertex: Vertex): boolean =>
    clause.tails.dynamic ||
    graph.reached(clause, vertex).some((target) => component.get(target) === component.get(vertex));
  return new Set(
    graph.vertices.flatMap((vertex) => vertex.clauses.filter((clause) => loops(clause, vertex))),
  );
}
