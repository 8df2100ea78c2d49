import { arities, moduleNamed, type ModuleIndex, type ResolvedCall, type TailCall } from "../../parser/index.ts";
import type { Candidate } from "../types.ts";

/** A function that gives a module may end in another one that does. */
const DEPTH = 4;

/**
 * Whose functions give the module of `Repo.replica().all(query)`: the owner of the call in front, and of those that its
 * function ends in. A module by which another is chosen is most often one of its kind.
 */
export function givers({ module, name, arity, maybe }: ResolvedCall, { index, module: own }: Candidate): readonly string[] {
  const first = module === undefined && maybe.length === 0 ? [own.name] : [module ?? [], maybe].flat();
  const found = new Set<string>();
  let calls = first.map((owner): TailCall => ({ module: owner, name, arity }));
  for (let depth = 0; depth < DEPTH && calls.length > 0; depth += 1) {
    for (const call of calls) found.add(call.module ?? "");
    calls = calls.flatMap((call) => endsOf(call, index));
  }
  return [...found];
}

/** The calls that the clauses of a function end in. */
function endsOf({ module: owner = "", name, arity }: TailCall, index: ModuleIndex): TailCall[] {
  const clauses = moduleNamed(index, owner)?.clauses ?? [];
  const own = clauses.filter((clause) => clause.name === name && arities(clause).includes(arity));
  return own.flatMap(({ tails }) => tails.calls.map((call) => ({ ...call, module: call.module ?? owner })));
}
