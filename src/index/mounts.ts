import { functionNamed, groupBy, type CallTable } from "./calls.ts";
import type { Render } from "./components.ts";
import type { FunctionOf, Subject, Subjects } from "./subjects.ts";

/** What a view has on its page, wherever the function stands that renders it. */
export interface Mount {
  readonly how: Render["how"];
  readonly target: string;
  /** The function that renders it: the nearest one, where it is several. */
  readonly from: FunctionOf;
  readonly file: string;
  readonly line: number;
}

/** Finds what views mount: by what their `render/1` calls and renders, and on, as far as the next view. */
export class MountFinder {
  readonly #subjects: Subjects;
  readonly #calls: CallTable;
  readonly #renders: ReadonlyMap<FunctionOf, readonly Render[]>;

  constructor(subjects: Subjects, calls: CallTable, renders: readonly Render[]) {
    this.#subjects = subjects;
    this.#calls = calls;
    this.#renders = groupBy(renders, ({ from }) => from);
  }

  of(view: Subject): Mount[] {
    const render = view.byKey.get("render/1");
    const start = render === undefined ? view.functions.filter(({ template }) => template) : [render];
    const found = new Map<string, Mount>();
    // A Set's iteration also visits what is added on the way: the nearest come first.
    const reached = new Set<FunctionOf>(start);
    for (const from of reached) {
      for (const each of this.#renders.get(from) ?? []) this.#add(each, found, reached);
      for (const { callee } of this.#calls.from(from)) if (callee !== undefined) reached.add(callee);
    }
    return [...found.values()];
  }

  #add(
    { how, target, from, file, line, inProject }: Render,
    found: Map<string, Mount>,
    reached: Set<FunctionOf>,
  ): void {
    if (target === undefined || !inProject) return;
    const key = `${how} ${target}`;
    if (!found.has(key)) found.set(key, { how, target, from, file, line });
    if (how !== "component") return;
    const dot = target.lastIndexOf(".");
    const name = target.slice(dot + 1).replace(/\/1$/, "");
    const callee = functionNamed(this.#subjects, { module: target.slice(0, dot), name, arity: 1 });
    if (callee !== undefined) reached.add(callee);
  }
}
