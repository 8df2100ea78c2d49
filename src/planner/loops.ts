import { TailCallGraph, type Vertex } from "./call-graph.ts";
import { strongComponents } from "./components.ts";
import type { ClauseInfo, ModuleIndex, SiteInfo, Tails } from "../parser/index.ts";

/**
 * What cannot be wrapped in a span. A loop: the stack would grow, for a tail call leads back to the clause's own function,
 * through whichever functions and modules, or to a target that only run time knows. Where a name could mean several
 * functions, all of them count: one too many is only watched less closely. A handover: the span would never end, for
 * what it ends in, sooner or later, takes the process over.
 */
export class EntryOnly {
  readonly #graph: TailCallGraph;
  readonly #component: ReadonlyMap<Vertex, number>;
  readonly #vertexOf = new Map<ClauseInfo, Vertex>();
  readonly #loops = new Set<ClauseInfo>();
  readonly #handovers: ReadonlySet<Vertex>;

  /** Reads the tail-call graph of the project. */
  constructor(index: ModuleIndex) {
    this.#graph = new TailCallGraph(index);
    const ends = this.#graph.vertices.flatMap((vertex) =>
      vertex.clauses.map((clause) => ({
        vertex,
        clause,
        targets: this.#graph.reached(clause.tails, vertex),
      })),
    );
    for (const { clause, vertex } of ends) this.#vertexOf.set(clause, vertex);
    this.#component = findComponents(this.#graph.vertices, ends);
    this.#handovers = findHandovers(ends);
    for (const { clause, vertex, targets } of ends)
      if (this.#goesRound(clause.tails, vertex, targets)) this.#loops.add(clause);
  }

  isLoop(clause: ClauseInfo): boolean {
    return this.#loops.has(clause);
  }

  /** Whether tail calls lead from the clause back to its own function, as far as the text tells. */
  isRecursive(clause: ClauseInfo): boolean {
    const vertex = this.#vertexOf.get(clause);
    if (vertex === undefined) return false;
    return this.#goesRound(
      { ...clause.tails, dynamic: false },
      vertex,
      this.#graph.reached(clause.tails, vertex),
    );
  }

  isHandover(clause: ClauseInfo): boolean {
    return this.#endsInHandover(clause.tails, clause);
  }

  /** Whether a call or an expression of `clause` is part of a loop. */
  siteLoops({ tails }: SiteInfo, clause: ClauseInfo): boolean {
    const vertex = this.#vertexOf.get(clause);
    if (tails === undefined || vertex === undefined) return false;
    return this.#goesRound(tails, vertex, this.#graph.reached(tails, vertex));
  }

  /** Whether a call or an expression of `clause` never comes back. */
  siteHandsOver({ tails, targets }: SiteInfo, clause: ClauseInfo): boolean {
    if (takesOver({ calls: targets })) return true;
    return tails !== undefined && this.#endsInHandover(tails, clause);
  }

  #goesRound({ dynamic }: Tails, vertex: Vertex, targets: readonly Vertex[]): boolean {
    return dynamic || targets.some((target) => this.#component.get(target) === this.#component.get(vertex));
  }

  #endsInHandover(tails: Tails, clause: ClauseInfo): boolean {
    const vertex = this.#vertexOf.get(clause);
    if (takesOver(tails)) return true;
    return (
      vertex !== undefined && this.#graph.reached(tails, vertex).some((target) => this.#handovers.has(target))
    );
  }
}

interface End {
  readonly vertex: Vertex;
  readonly clause: ClauseInfo;
  readonly targets: readonly Vertex[];
}

function findComponents(vertices: readonly Vertex[], ends: readonly End[]): ReadonlyMap<Vertex, number> {
  const edges = new Map<Vertex, Vertex[]>(vertices.map((vertex) => [vertex, []]));
  for (const { vertex, targets } of ends) edges.get(vertex)?.push(...targets);
  return strongComponents(vertices, (vertex) => edges.get(vertex) ?? []);
}

/** `:gen_server.enter_loop`, `:proc_lib.hibernate` and the like. */
const TAKES_OVER: ReadonlySet<string> = new Set(["enter_loop", "hibernate"]);

/** The functions with a clause that ends in what takes the process over. */
function findHandovers(ends: readonly End[]): Set<Vertex> {
  const functions = new Set<Vertex>();
  for (let known = -1; known < functions.size;) {
    known = functions.size;
    for (const { vertex, clause, targets } of ends)
      if (takesOver(clause.tails) || targets.some((target) => functions.has(target))) functions.add(vertex);
  }
  return functions;
}

export function takesOver({ calls }: Pick<Tails, "calls">): boolean {
  return calls.some(({ module, name }) => module !== undefined && TAKES_OVER.has(name));
}
