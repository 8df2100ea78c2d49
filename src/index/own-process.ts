import { callbacksOf } from "../parser/index.ts";
import type { CallTable } from "./calls.ts";
import { isProcess, type Kind } from "./kinds.ts";
import type { FunctionOf, Subjects } from "./subjects.ts";

/**
 * Which functions run in the process that is their module's: its callbacks, and the private functions that these lead to.
 * Its other public functions run in whoever calls them.
 */
export class OwnProcess {
  readonly #functions = new Set<FunctionOf>();

  constructor(
    subjects: Subjects,
    calls: CallTable,
    kinds: ReadonlyMap<string, readonly Kind[]>,
    states: Iterable<FunctionOf>,
  ) {
    const start = subjects.all.filter(({ name }) => isProcess(kinds.get(name) ?? []));
    for (const { functions } of start)
      for (const each of functions) if (isCallback(each, subjects)) this.#functions.add(each);
    for (const state of states) this.#functions.add(state);
    // A hook that is mounted runs in the live view's process.
    for (const { byKey } of subjects.all) this.#addKnown(byKey.get("on_mount/4"));
    // What a task is given to run runs in the task; what is called there, too, is not certain to be in either.
    const elsewhere = new Set(calls.all.flatMap(({ about, callee }) => (about.elsewhere && callee) || []));
    // A Set's iteration also visits what is added on the way.
    for (const caller of this.#functions)
      for (const { callee, about } of calls.from(caller))
        if (callee && isPrivate(callee) && !about.elsewhere && !elsewhere.has(callee))
          this.#functions.add(callee);
  }

  /** The module whose process runs it; undefined where that is not certain. */
  of(each: FunctionOf): string | undefined {
    return this.#functions.has(each) ? each.owner.name : undefined;
  }

  #addKnown(each: FunctionOf | undefined): void {
    if (each !== undefined) this.#functions.add(each);
  }
}

function isCallback({ owner, name, arity }: FunctionOf, { index }: Subjects): boolean {
  return [...owner.traits.behaviours].some((behaviour) =>
    callbacksOf(index, behaviour).includes(`${name}/${arity}`),
  );
}

function isPrivate({ definitions }: FunctionOf): boolean {
  return definitions.length > 0 && definitions.every(({ kind }) => kind === "defp");
}
