import type { ClauseInfo, ModuleIndex } from "../parser/index.ts";
import { TailCallGraph, type Vertex } from "./call-graph.ts";
import { takesOver } from "./loops.ts";

/** One function on the way of tail calls, with the clause whose tail call leads on. */
export interface Step {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** Why a clause is no span: the way back to itself, or a call whose target only run time knows. */
export interface Way {
  readonly steps: readonly Step[];
  readonly ends: "in itself" | "at run time" | "in what takes the process over";
}

interface Visit {
  readonly vertex: Vertex;
  readonly clause: ClauseInfo;
  readonly from: Visit | undefined;
}

/** The shortest way of tail calls from `clause` to what keeps it from being wrapped; undefined where there is none. */
export function wayBack(index: ModuleIndex, clause: ClauseInfo): Way | undefined {
  const graph = new TailCallGraph(index);
  const start = graph.vertices.find(({ clauses }) => clauses.includes(clause));
  if (start === undefined) return undefined;
  if (clause.tails.dynamic) return { steps: [stepOf(start, clause)], ends: "at run time" };
  const seen = new Set<Vertex>();
  const visits: Visit[] = [{ vertex: start, clause, from: undefined }];
  // An array's iteration also visits what is added on the way.
  for (const visit of visits) {
    if (takesOver(visit.clause.tails)) return wayOf(visit, "in what takes the process over");
    for (const target of graph.reached(visit.clause.tails, visit.vertex)) {
      if (target === start)
        return { ...wayOf(visit, "in itself"), steps: [...stepsTo(visit), stepOf(start, clause)] };
      if (seen.has(target)) continue;
      seen.add(target);
      visits.push(...target.clauses.map((each) => ({ vertex: target, clause: each, from: visit })));
    }
  }
  return undefined;
}

function wayOf(visit: Visit, ends: Way["ends"]): Way {
  return { steps: stepsTo(visit), ends };
}

function stepsTo(visit: Visit): Step[] {
  const before = visit.from === undefined ? [] : stepsTo(visit.from);
  return [...before, stepOf(visit.vertex, visit.clause)];
}

function stepOf({ module }: Vertex, { name, arity, line }: ClauseInfo): Step {
  return { function: `${module.name}.${name}/${arity ?? "?"}`, file: module.file, line };
}
