import { arities, type ClauseInfo, type ModuleInfo, type TailCall, type Tails } from "../parser/index.ts";
import { Functions, NO_ALIASES, ownersOf, type AliasesOf } from "./functions.ts";
import { isSent } from "./receivers.ts";
import type { Vertex } from "./vertices.ts";

/**
 * Follows tail calls from some functions to wherever they surely lead, and has the modules read on the way that are not
 * known yet. So the tail-call graph of what is known tells of these functions what that of the whole project would.
 */
export class TailWalk {
  readonly #functions = new Functions(
    (module) => this.#aliases(module),
    (name) => this.#ask(name),
  );
  #aliases: AliasesOf = () => NO_ALIASES;
  readonly #read: (name: string) => readonly ModuleInfo[];
  readonly #added = new Set<ModuleInfo>();
  readonly #asked = new Set<string>();

  /** `read`: gives all modules of the project that may have a name. */
  constructor(read: (name: string) => readonly ModuleInfo[]) {
    this.#read = read;
  }

  /** From now on names mean what the aliases say that its `use`s bring into a module. */
  know(aliases: AliasesOf): void {
    this.#aliases = aliases;
  }

  /** From the functions of `modules` that are called `keys`, by `name/arity`. */
  follow(modules: readonly ModuleInfo[], keys: ReadonlySet<string>): void {
    // Most callbacks end in a tuple.
    const isStart = (clause: ClauseInfo): boolean =>
      (clause.tails.calls.length > 0 || clause.tails.open.some(isSent)) &&
      arities(clause).some((arity) => keys.has(`${clause.name}/${arity}`));
    const starting = modules.filter(({ clauses }) => clauses.some(isStart));
    this.#add(starting);
    // A macro that was read on the way may make more of the calls before it.
    for (let known = -1; known < this.#added.size;) {
      known = this.#added.size;
      const starts = starting.flatMap(({ name }) => this.#functions.of(name));
      this.#walk(new Set(starts.filter(({ clauses }) => clauses.some(isStart))));
    }
  }

  #walk(seen: Set<Vertex>): void {
    // A Set's iteration also visits what is added on the way.
    for (const vertex of seen)
      for (const tails of vertex.ends) {
        const calls = allCalls(this.#functions.whole(tails, vertex, "certain"));
        const owners = calls.flatMap((call) => ownersOf(call, vertex.module, this.#aliases));
        for (const name of owners) this.#ask(name);
        for (const target of this.#functions.certain({ calls, open: [] }, vertex)) seen.add(target);
      }
  }

  #ask(name: string): void {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    this.#add(this.#read(name));
  }

  #add(modules: readonly ModuleInfo[]): void {
    for (const module of modules) {
      if (this.#added.has(module)) continue;
      this.#added.add(module);
      this.#functions.add(module);
    }
  }
}

/** Those included that are handed over, and that a macro might put last. */
function allCalls({ calls }: Tails): TailCall[] {
  return calls.flatMap((call) => [
    call,
    ...(call.passes ?? []),
    ...(call.argumentTails ?? []).flatMap(({ tails }) => allCalls(tails)),
  ]);
}
