import { traitsOf, type ModuleIndex, type TailCall, type Tails } from "../parser/index.ts";
import { Functions } from "./functions.ts";
import { OpenCalls, type Hub } from "./open-calls.ts";
import type { Vertex } from "./vertices.ts";

/** Which functions of the project tail calls can reach. */
export class TailCallGraph {
  readonly vertices: readonly Vertex[];
  readonly #functions: Functions;
  readonly #open: OpenCalls;
  readonly #possible: Edges;
  #certain: Edges | undefined;

  constructor(index: ModuleIndex) {
    this.#functions = new Functions((module) => traitsOf(index, module).aliases);
    for (const module of index.files.flatMap((file) => file.modules)) this.#functions.add(module);
    this.vertices = this.#functions.vertices;
    this.#open = new OpenCalls(index, this.vertices, this.#functions.byName);
    this.#possible = new Edges(this.#functions, "possible");
  }

  /** The functions in which code of `vertex` can end, those included that it gives to a function which calls them. */
  reached(tails: Tails, vertex: Vertex): readonly Vertex[] {
    return this.#possible.from(tails, vertex);
  }

  /** The same, by those names alone that can mean nothing else. */
  surelyReached(tails: Tails, vertex: Vertex): readonly Vertex[] {
    return this.#surely().from(tails, vertex);
  }

  /** What it ends in, with the arguments that macros may put last. */
  whole(tails: Tails, vertex: Vertex): Tails {
    return this.#possible.whole(tails, vertex);
  }

  surelyWhole(tails: Tails, vertex: Vertex): Tails {
    return this.#surely().whole(tails, vertex);
  }

  #surely(): Edges {
    this.#certain ??= new Edges(this.#functions, "certain");
    return this.#certain;
  }

  /** What it can end in besides, by calls whose target only run time knows. */
  possible(tails: Tails, vertex: Vertex): readonly Hub[] {
    return this.whole(tails, vertex).open.flatMap((call) => this.#open.hubOf(call) ?? []);
  }

  /** The functions that the calls of `vertex` name. */
  called(tails: Tails, vertex: Vertex): readonly Vertex[] {
    return this.#functions.possible(this.whole(tails, vertex), vertex);
  }
}

/** Where tail calls lead, by one way to say what a name means. */
class Edges {
  readonly #functions: Functions;
  readonly #how: "possible" | "certain";
  /** Functions that end, sooner or later, in a call of a function that they were given. */
  readonly #callers: ReadonlySet<Vertex>;
  /** Of every end of a vertex, for it is asked more than once. */
  readonly #reached = new Map<Tails, readonly Vertex[]>();
  readonly #whole = new Map<Tails, Tails>();

  constructor(functions: Functions, how: "possible" | "certain") {
    this.#functions = functions;
    this.#how = how;
    // An array's iteration also visits what is added on the way.
    for (const vertex of functions.vertices)
      for (const tails of vertex.ends)
        this.#reached.set(tails, functions[how](this.whole(tails, vertex), vertex));
    this.#callers = this.#findCallers();
    // A function that is handed over counts only where it is handed to one of these.
    for (const vertex of functions.vertices)
      for (const tails of vertex.ends)
        if (this.whole(tails, vertex).calls.some(({ passes }) => passes !== undefined))
          this.#reached.set(tails, this.#reach(tails, vertex));
  }

  from(tails: Tails, vertex: Vertex): readonly Vertex[] {
    return this.#reached.get(tails) ?? this.#reach(tails, vertex);
  }

  whole(tails: Tails, vertex: Vertex): Tails {
    const known = this.#whole.get(tails);
    if (known !== undefined) return known;
    const whole = this.#functions.whole(tails, vertex, this.#how);
    if (whole !== tails) this.#whole.set(tails, whole);
    return whole;
  }

  #reach(tails: Tails, vertex: Vertex): readonly Vertex[] {
    const whole = this.whole(tails, vertex);
    const targets = (calls: readonly TailCall[]): readonly Vertex[] =>
      this.#functions[this.#how]({ calls, open: [] }, vertex);
    const reached = [...targets(whole.calls)];
    for (const call of whole.calls) {
      if (call.passes === undefined) continue;
      if (targets([call]).some((target) => this.#callers.has(target))) reached.push(...targets(call.passes));
    }
    return reached;
  }

  #findCallers(): Set<Vertex> {
    const { vertices } = this.#functions;
    const from = new Map<Vertex, Vertex[]>();
    for (const vertex of vertices)
      for (const tails of vertex.ends)
        for (const target of this.from(tails, vertex)) {
          const before = from.get(target);
          if (before === undefined) from.set(target, [vertex]);
          else before.push(vertex);
        }
    const callers = new Set(vertices.filter((vertex) => this.#isOpen(vertex)));
    // A Set's iteration also visits what is added on the way.
    for (const caller of callers) for (const before of from.get(caller) ?? []) callers.add(before);
    return callers;
  }

  #isOpen(vertex: Vertex): boolean {
    return vertex.ends.some((tails) => this.whole(tails, vertex).open.length > 0);
  }
}
