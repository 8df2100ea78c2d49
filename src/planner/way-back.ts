import type { ClauseInfo, ModuleIndex, Tails } from "../parser/index.ts";
import { TailCallGraph } from "./call-graph.ts";
import { takesOver } from "./handovers.ts";
import type { Hub } from "./open-calls.ts";
import type { Vertex } from "./vertices.ts";
import { whyReached } from "./way-reasons.ts";

/** One function on the way of tail calls, with the clause whose tail call leads on. */
export interface Step {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** Why the call before may lead here, where only run time knows its target. */
  readonly by?: string;
}

/** Why a clause is no span: the way back to itself, or computed code. */
export interface Way {
  readonly steps: readonly Step[];
  readonly ends: "in itself" | "maybe in itself" | "at run time" | "in what takes the process over";
}

interface Visit {
  readonly vertex: Vertex;
  readonly tails: Tails;
  readonly line: number;
  readonly by: string | undefined;
  readonly from: Visit | undefined;
}

/** The shortest way of tail calls from `clause` to what keeps it from being wrapped; undefined where there is none. */
export function wayBack(index: ModuleIndex, clause: ClauseInfo): Way | undefined {
  const graph = new TailCallGraph(index);
  const vertex = graph.vertices.find(({ clauses }) => clauses.includes(clause));
  if (vertex === undefined) return undefined;
  const start: Visit = { vertex, tails: clause.tails, line: clause.line, by: undefined, from: undefined };
  if (graph.whole(clause.tails, vertex).open.some(({ kind }) => kind === "code"))
    return { steps: [stepOf(start)], ends: "at run time" };
  // What a function is given it may call: shown as a call of its own where that leads back, too.
  const search = (next: Next): Way | undefined => new WaySearch(index, graph, start, next).run();
  return search(graph.called.bind(graph)) ?? search(graph.reached.bind(graph));
}

type Next = TailCallGraph["reached"];

/** Goes from clause to clause, by ever longer ways. */
class WaySearch {
  readonly #index: ModuleIndex;
  readonly #graph: TailCallGraph;
  readonly #next: Next;
  readonly #start: Visit;
  readonly #visits: Visit[];
  readonly #seen = new Set<Vertex | Hub>();

  constructor(index: ModuleIndex, graph: TailCallGraph, start: Visit, next: Next) {
    this.#index = index;
    this.#graph = graph;
    this.#start = start;
    this.#next = next;
    this.#visits = [start];
  }

  run(): Way | undefined {
    // An array's iteration also visits what is added on the way.
    for (const visit of this.#visits) {
      if (takesOver(this.#graph.whole(visit.tails, visit.vertex)))
        return { steps: stepsTo(visit), ends: "in what takes the process over" };
      for (const target of this.#next(visit.tails, visit.vertex))
        if (this.#enter(target, undefined, visit)) return this.#wayOf(visit, undefined);
      for (const hub of this.#unseen(this.#graph.possible(visit.tails, visit.vertex)))
        for (const target of hub.targets) if (this.#enter(target, hub, visit)) return this.#wayOf(visit, hub);
    }
    return undefined;
  }

  /** Whether the search is back where it began. */
  #enter(vertex: Vertex, hub: Hub | undefined, from: Visit): boolean {
    if (vertex === this.#start.vertex) return true;
    if (this.#seen.has(vertex)) return false;
    this.#seen.add(vertex);
    const by = hub && whyReached(hub.call, vertex, this.#index);
    vertex.ends.forEach((tails, at) =>
      this.#visits.push({ vertex, tails, line: vertex.clauses[at]?.line ?? vertex.line, by, from }),
    );
    return false;
  }

  #unseen(hubs: readonly Hub[]): Hub[] {
    return hubs.filter((hub) => !this.#seen.has(hub) && this.#seen.add(hub));
  }

  #wayOf(last: Visit, hub: Hub | undefined): Way {
    const by = hub && whyReached(hub.call, this.#start.vertex, this.#index);
    const steps = [...stepsTo(last), stepOf({ ...this.#start, by })];
    return { steps, ends: steps.some((step) => step.by !== undefined) ? "maybe in itself" : "in itself" };
  }
}

function stepsTo(visit: Visit): Step[] {
  const before = visit.from === undefined ? [] : stepsTo(visit.from);
  return [...before, stepOf(visit)];
}

function stepOf({ vertex: { module, name }, line, by }: Visit): Step {
  const step = { function: shown(module.name, name), file: module.file, line };
  return by === undefined ? step : { ...step, by };
}

function shown(module: string, name: string): string {
  return name.startsWith("fn in ") ? `fn in ${module}.${name.slice("fn in ".length)}` : `${module}.${name}`;
}
