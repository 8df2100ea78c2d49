import type { Tails } from "../parser/index.ts";
import type { TailCallGraph } from "./call-graph.ts";
import type { Vertex } from "./vertices.ts";

/** `:gen_server.enter_loop`, `:proc_lib.hibernate`, `:sys.handle_system_msg` and the like. */
const NAMES = ["enter_loop", "hibernate", "handle_system_msg"];
const TAKES_OVER: ReadonlySet<string> = new Set(NAMES);

/** As a call, a capture or an argument of `apply`; `:hibernate` alone is what a callback returns. */
const WRITTEN = new RegExp(NAMES.map((name) => `(?<![\\w:"'])${name}\\b|:${name}\\s*,\\s*\\[`).join("|"));

/** Whether a text may hold a call of what takes a process over. */
export function mayTakeOver(text: string): boolean {
  return NAMES.some((name) => text.includes(name)) && WRITTEN.test(text);
}

/** Whether one of the calls takes the process over. */
export function takesOver({ calls }: Pick<Tails, "calls">): boolean {
  return calls.some(({ module, name }) => module !== undefined && TAKES_OVER.has(name));
}

/** The functions with a clause that ends in what takes the process over. */
export function findHandovers(graph: TailCallGraph): Set<Vertex> {
  const functions = new Set<Vertex>();
  const ends = graph.vertices.flatMap((vertex) => vertex.ends.map((tails) => ({ vertex, tails })));
  for (let known = -1; known < functions.size;) {
    known = functions.size;
    for (const { vertex, tails } of ends)
      if (
        takesOver(graph.whole(tails, vertex)) ||
        graph.reached(tails, vertex).some((target) => functions.has(target))
      )
        functions.add(vertex);
  }
  return functions;
}
