import type { FunctionEntry, MessageEntry, ModulePage } from "../../index/index.ts";
import type { Relevance } from "./relevance.ts";

/** What the model may ask about and choose from: the index as plain data, and nothing else of the project. */
export interface Offer {
  readonly project: string;
  readonly relevance: Relevance;
  /** By relevance to the question. */
  readonly modules: readonly ModulePage[];
  /** By `Module.function/arity`, in the modules' order. */
  readonly functions: ReadonlyMap<string, Offered>;
  /** The same under every arity by which they can be called. */
  readonly known: ReadonlyMap<string, Offered>;
  readonly callees: ReadonlyMap<string, ReadonlySet<string>>;
  readonly callers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly messages: readonly MessageEntry[];
  /** The text of a function, where sources may be sent. */
  readonly sourceOf: ((id: string) => string | undefined) | undefined;
}

/** A function that can be probed. */
export interface Offered {
  readonly id: string;
  readonly module: ModulePage;
  readonly entry: FunctionEntry;
}

/** By `relevance`, the greatest first. */
export function makeOffer(
  project: string,
  pages: readonly ModulePage[],
  relevance: Relevance,
  sourceOf?: Offer["sourceOf"],
): Offer {
  const scored = pages.map((page) => ({ page, score: relevance.module(page) }));
  const modules = scored.toSorted((a, b) => b.score - a.score).map(({ page }) => page);
  const offered = modules.flatMap(offeredOf);
  const [callees, callers] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const { from, function: to } of modules.flatMap(({ calls }) => calls)) {
    if (to === null || to === from) continue;
    add(callees, from, to);
    add(callers, to, from);
  }
  return {
    project,
    relevance,
    modules,
    functions: new Map(offered.map((each) => [each.id, each])),
    known: new Map(offered.flatMap((each) => names(each).map((name) => [name, each] as const)).toReversed()),
    callees,
    callers,
    messages: modules.flatMap(({ messages }) => messages),
    sourceOf,
  };
}

/** Rules take names as patterns: what is special there cannot be named by itself. */
const NAMED = /^[\p{L}\p{N}_.]+$/u;

/** Functions that have code of their own under a name that is written out; macros run in the compiler. */
function offeredOf(module: ModulePage): Offered[] {
  if (module.computed || module.compiled === false || !NAMED.test(module.name)) return [];
  return module.functions
    .filter(({ name }) => !/[*("\s]/.test(name))
    .filter(({ kind, arity, clauses }) => /^defp?$/.test(kind) && arity !== null && clauses.some(hasBody))
    .map((entry) => ({ id: `${module.name}.${entry.name}/${entry.arity}`, module, entry }));
}

function hasBody({ body }: FunctionEntry["clauses"][number]): boolean {
  return body;
}

/** With defaults left out, too; its own name last, so that it goes before those of others. */
function names({ module, entry: { name, arity, defaults } }: Offered): string[] {
  return Array.from(
    { length: defaults + 1 },
    (_, omitted) => `${module.name}.${name}/${(arity ?? 0) - omitted}`,
  );
}

function add(groups: Map<string, Set<string>>, key: string, value: string): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, new Set([value]));
  else group.add(value);
}
