import type { MacroEnds, TailCall, Tails } from "../parser/index.ts";
import type { Vertex } from "./vertices.ts";

export type Targets = (call: TailCall, from: Vertex) => readonly Vertex[];

/** What code of `from` ends in, with the arguments that macros put last. */
export function withArguments(tails: Tails, from: Vertex, targetsOf: Targets): Tails {
  if (!tails.calls.some(({ argumentTails }) => argumentTails !== undefined)) return tails;
  const calls = [...tails.calls];
  const open = [...tails.open];
  // An array's iteration also visits what is added on the way.
  for (const call of calls) {
    if (call.argumentTails === undefined) continue;
    const macros = targetsOf(call, from).filter(isMacro);
    for (const { at, tails: ends } of call.argumentTails)
      if (macros.some((macro) => endsIn(macro, call, at, targetsOf))) {
        calls.push(...ends.calls);
        open.push(...ends.open);
      }
  }
  return calls.length + open.length > tails.calls.length + tails.open.length ? { calls, open } : tails;
}

export function isMacro({ kind, clauses }: Vertex): boolean {
  return kind === "function" && clauses.some(({ macroEnds }) => macroEnds !== undefined);
}

/** Whether the code that a macro makes of `call` may end in its argument `at`. `asked`: of what this is asked already. */
function endsIn(
  macro: Vertex,
  { arity }: TailCall,
  at: number,
  targetsOf: Targets,
  asked = new Set<string>(),
): boolean {
  const question = `${macro.module.name}.${macro.name} ${at}`;
  if (asked.has(question)) return false;
  asked.add(question);
  const leads = ({ through }: MacroEnds): boolean =>
    through.some(
      (next) =>
        next.place === at &&
        targetsOf(next.call, macro)
          .filter(isMacro)
          .some((inner) => endsIn(inner, next.call, next.at, targetsOf, asked)),
    );
  return macro.clauses.some((clause) => {
    if (clause.macroEnds === undefined) return false;
    // With defaults, a place says little.
    if (clause.macroEnds.any || clause.arity !== arity) return true;
    return clause.macroEnds.places.includes(at) || leads(clause.macroEnds);
  });
}
