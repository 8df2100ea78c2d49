import { TailCallGraph } from "./call-graph.ts";
import { strongComponents } from "./components.ts";
import { findHandovers, takesOver } from "./handovers.ts";
import type { Hub } from "./open-calls.ts";
import type { Vertex } from "./vertices.ts";
import {
  mayMatch,
  type ClauseInfo,
  type ModuleIndex,
  type SiteInfo,
  type TailCall,
  type Tails,
} from "../parser/index.ts";

/**
 * What cannot be wrapped in a span. A loop: the stack would grow, for a tail call leads back to the clause's own function,
 * through whichever functions and modules, those included that only run time chooses. Where a call could mean several
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
    this.#component = this.#findPossible();
    this.#handovers = findHandovers(this.#graph);
    for (const vertex of this.#graph.vertices) {
      if (vertex.kind === "closure" && vertex.owner !== undefined) this.#noteClosure(vertex, vertex.owner);
      for (const clause of vertex.clauses) {
        this.#vertexOf.set(clause, vertex);
        if (this.#goesRound(clause.tails, vertex, [vertex]) && this.#mayComeBack(clause, vertex))
          this.#loops.add(clause);
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

  /** Whether a clause that is part of a loop of functions may be met again on it. */
  #mayComeBack(clause: ClauseInfo, own: Vertex): boolean {
    const whole = (tails: Tails): Tails => this.#graph.whole(tails, own);
    return this.#returns(clause.tails, clause, whole, (alone) => {
      if (this.#mayReach(alone, own, [own])) return "back";
      const component = this.#component.get(own);
      const round = this.#graph.reached(alone, own).filter((one) => this.#component.get(one) === component);
      if (round.length === 0) return "away";
      // What is handed over is called with whatever arguments.
      return round.every((one) => one === own) && alone.calls.every(({ passes }) => !passes) ? "on" : "back";
    });
  }

  #comesBack(tails: Tails, clause: ClauseInfo): boolean {
    const own = this.#vertexOf.get(clause);
    if (own === undefined || !this.#surelyGoesRound(tails, clause)) return false;
    const whole = (ends: Tails): Tails => this.#graph.surelyWhole(ends, own);
    return this.#returns(tails, clause, whole, (alone) => {
      // Through another function it may come back with whatever arguments.
      if (this.#surelyGoesRound(alone, clause, own)) return "back";
      return this.#graph.surelyReached(alone, own).includes(own) ? "on" : "away";
    });
  }

  /**
   * Whether what `clause` ends in leads back to it. `where`: where a single call leads, `on` being another clause of the
   * same function, of those that may take its arguments.
   */
  #returns(
    first: Tails,
    clause: ClauseInfo,
    whole: (tails: Tails) => Tails,
    where: (alone: Tails) => "back" | "on" | "away",
  ): boolean {
    const clauses = this.#vertexOf.get(clause)?.clauses ?? [];
    const seen = new Set<ClauseInfo>();
    const ends = [first];
    // An array's iteration also visits what is added on the way.
    for (const tails of ends) {
      const { calls, open } = whole(tails);
      if (where({ calls: [], open }) === "back") return true;
      for (const call of calls) {
        const leads = where({ calls: [call], open: [] });
        if (leads === "back") return true;
        const next = leads === "on" ? clauses.filter((one) => !seen.has(one) && mayTake(one, call)) : [];
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
    const certain = (this.#certain ??= this.#findCertain());
    const reached = this.#graph.surelyReached(tails, vertex);
    return reached.some((target) => target !== but && certain.get(target) === certain.get(vertex));
  }

  /** Whether code of `vertex` is part of a loop with one of `from`. */
  #goesRound(tails: Tails, vertex: Vertex, from: readonly Vertex[]): boolean {
    if (this.#mayReach(tails, vertex, from)) return true;
    const component = this.#component;
    return this.#graph
      .reached(tails, vertex)
      .some((target) => from.some((one) => component.get(target) === component.get(one)));
  }

  /** Whether a call of `vertex` whose target only run time knows may lead back to one of `from`: computed code always may. */
  #mayReach(tails: Tails, vertex: Vertex, from: readonly Vertex[]): boolean {
    const component = this.#component;
    return (
      this.#graph.whole(tails, vertex).open.some(({ kind }) => kind === "code") ||
      this.#graph
        .possible(tails, vertex)
        .some((hub) => from.some((one) => component.get(hub) === component.get(one)))
    );
  }

  #findPossible(): Components {
    const next = (place: Place): readonly Place[] => {
      if ("targets" in place) return place.targets;
      const targets: Place[] = [];
      for (const tails of place.ends) {
        for (const target of this.#graph.reached(tails, place)) targets.push(target);
        targets.push(...this.#graph.possible(tails, place));
      }
      return targets;
    };
    return strongComponents<Place>(this.#graph.vertices, next);
  }

  #findCertain(): Components {
    return strongComponents<Vertex>(this.#graph.vertices, (vertex) =>
      vertex.ends.flatMap((tails) => this.#graph.surelyReached(tails, vertex)),
    );
  }

  #endsInHandover(tails: Tails, clause: ClauseInfo): boolean {
    const vertex = this.#vertexOf.get(clause);
    if (vertex === undefined) return takesOver(tails);
    if (takesOver(this.#graph.whole(tails, vertex))) return true;
    return this.#graph.reached(tails, vertex).some((target) => this.#handovers.has(target));
  }
}

/** Whether a call of the function may come to the clause. Where defaults stand in, places say little. */
function mayTake({ arity, tags }: ClauseInfo, call: TailCall): boolean {
  return call.arity !== arity || mayMatch(call.tags ?? [], tags);
}

type Place = Vertex | Hub;
type Components = Pick<ReadonlyMap<Place, number>, "get">;
