import { TailCallGraph } from "./call-graph.ts";
import { strongComponents } from "./components.ts";
import type { Hub } from "./open-calls.ts";
import type { Vertex } from "./vertices.ts";
import { mayMatch, type ClauseInfo, type ModuleIndex, type SiteInfo, type Tails } from "../parser/index.ts";

/**
 * What cannot be wrapped in a span. A loop: the stack would grow, for a tail call leads back to the clause's own function,
 * through whichever functions and modules, or to a target that only run time knows. Where a call could mean several
 * functions, all of them count: one too many is only watched less closely. A handover: the span would never end, for
 * what it ends in, sooner or later, takes the process over.
 */
export class EntryOnly {
  readonly #graph: TailCallGraph;
  readonly #component: Components;
  /** The same by those calls alone whose target the text tells. */
  #certain: Components | undefined;
  readonly #vertexOf = new Map<ClauseInfo, Vertex>();
  readonly #closures = new Map<Vertex, Vertex[]>();
  readonly #loops = new Set<ClauseInfo>();
  readonly #handovers: ReadonlySet<Vertex>;

  /** Reads the tail-call graph of the project. */
  constructor(index: ModuleIndex) {
    this.#graph = new TailCallGraph(index);
    this.#component = this.#findComponents((tails) => this.#graph.possible(tails));
    this.#handovers = findHandovers(this.#graph);
    for (const vertex of this.#graph.vertices) {
      if (vertex.kind === "closure" && vertex.owner !== undefined) this.#noteClosure(vertex, vertex.owner);
      for (const clause of vertex.clauses) {
        this.#vertexOf.set(clause, vertex);
        if (this.#goesRound(clause.tails, vertex, [vertex])) this.#loops.add(clause);
      }
    }
  }

  isLoop(clause: ClauseInfo): boolean {
    return this.#loops.has(clause);
  }

  /** Whether tail calls lead from the clause back to its own function, as far as the text tells. */
  isRecursive(clause: ClauseInfo): boolean {
    return this.#surelyGoesRound(clause.tails, clause);
  }

  /** Whether a clause surely leads back to itself: of its own function, to a clause that may take the arguments. */
  repeats(clause: ClauseInfo): boolean {
    return this.#comesBack(clause.tails, clause);
  }

  isHandover(clause: ClauseInfo): boolean {
    return this.#endsInHandover(clause.tails, clause);
  }

  /** Whether a call or an expression of `clause` is part of a loop. */
  siteLoops({ tails }: SiteInfo, clause: ClauseInfo): boolean {
    const vertex = this.#vertexOf.get(clause);
    if (tails === undefined || vertex === undefined) return false;
    // It may stand in a function that is written out in the clause.
    const from = [vertex, ...(this.#closures.get(vertex) ?? [])];
    return this.#goesRound(tails, vertex, from);
  }

  /** Whether a call or an expression of `clause` surely leads back to it. */
  siteRepeats({ tails }: SiteInfo, clause: ClauseInfo): boolean {
    return tails !== undefined && this.#comesBack(tails, clause);
  }

  /** Whether a call or an expression of `clause` never comes back. */
  siteHandsOver({ tails, targets }: SiteInfo, clause: ClauseInfo): boolean {
    if (takesOver({ calls: targets })) return true;
    return tails !== undefined && this.#endsInHandover(tails, clause);
  }

  #noteClosure(closure: Vertex, owner: Vertex): void {
    const known = this.#closures.get(owner);
    if (known === undefined) this.#closures.set(owner, [closure]);
    else known.push(closure);
  }

  #comesBack(tails: Tails, clause: ClauseInfo): boolean {
    const own = this.#vertexOf.get(clause);
    if (own === undefined || !this.#surelyGoesRound(tails, clause)) return false;
    const seen = new Set<ClauseInfo>();
    const ends = [tails];
    // An array's iteration also visits what is added on the way.
    for (const { calls } of ends) {
      for (const call of calls) {
        const alone: Tails = { calls: [call], open: [] };
        // Through another function it may come back with whatever arguments.
        if (this.#surelyGoesRound(alone, clause, own)) return true;
        if (!this.#graph.reached(alone, own).includes(own)) continue;
        const next = own.clauses.filter((one) => !seen.has(one) && mayMatch(call.tags ?? [], one.tags));
        if (next.includes(clause)) return true;
        for (const one of next) {
          seen.add(one);
          ends.push(one.tails);
        }
      }
    }
    return false;
  }

  /** `but`: a function that does not count. */
  #surelyGoesRound(tails: Tails, clause: ClauseInfo, but?: Vertex): boolean {
    const vertex = this.#vertexOf.get(clause);
    if (vertex === undefined) return false;
    const certain = (this.#certain ??= this.#findComponents(() => []));
    const reached = this.#graph.reached(tails, vertex);
    return reached.some((target) => target !== but && certain.get(target) === certain.get(vertex));
  }

  /** Whether code of `vertex` is part of a loop with one of `from`. */
  #goesRound(tails: Tails, vertex: Vertex, from: readonly Vertex[]): boolean {
    if (tails.open.length > 0) return true;
    const component = this.#component;
    return this.#graph
      .reached(tails, vertex)
      .some((target) => from.some((one) => component.get(target) === component.get(one)));
  }

  #findComponents(besides: (tails: Tails) => readonly Hub[]): Components {
    const next = (place: Place): readonly Place[] => {
      if ("targets" in place) return place.targets;
      const targets: Place[] = [];
      for (const tails of place.ends) {
        for (const target of this.#graph.reached(tails, place)) targets.push(target);
        if (tails.open.length > 0) targets.push(...besides(tails));
      }
      return targets;
    };
    return strongComponents<Place>(this.#graph.vertices, next);
  }

  #endsInHandover(tails: Tails, clause: ClauseInfo): boolean {
    const vertex = this.#vertexOf.get(clause);
    if (takesOver(tails)) return true;
    return (
      vertex !== undefined && this.#graph.reached(tails, vertex).some((target) => this.#handovers.has(target))
    );
  }
}

type Place = Vertex | Hub;
type Components = ReadonlyMap<Place, number>;

/** `:gen_server.enter_loop`, `:proc_lib.hibernate` and the like. */
const TAKES_OVER: ReadonlySet<string> = new Set(["enter_loop", "hibernate"]);

/** The functions with a clause that ends in what takes the process over. */
function findHandovers(graph: TailCallGraph): Set<Vertex> {
  const functions = new Set<Vertex>();
  const ends = graph.vertices.flatMap((vertex) => vertex.ends.map((tails) => ({ vertex, tails })));
  for (let known = -1; known < functions.size;) {
    known = functions.size;
    for (const { vertex, tails } of ends)
      if (takesOver(tails) || graph.reached(tails, vertex).some((target) => functions.has(target)))
        functions.add(vertex);
  }
  return functions;
}

export function takesOver({ calls }: Pick<Tails, "calls">): boolean {
  return calls.some(({ module, name }) => module !== undefined && TAKES_OVER.has(name));
}
