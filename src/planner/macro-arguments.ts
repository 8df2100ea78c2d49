import type { ClauseInfo, MacroEnds, TailCall, Tails } from "../parser/index.ts";
import type { Vertex } from "./vertices.ts";

export type Targets = (call: TailCall, from: Vertex) => readonly Vertex[];

/**
 * Whether the code that a macro makes may end in an argument of it; `piped`: with one argument more, perhaps; `any`: that,
 * and in what it takes out of data, too, for the text does not tell.
 */
type Ends = (typeof ENDS)[number];

const ENDS = ["no", "yes", "piped", "any"] as const;

/** What code of `from` ends in, with the arguments that macros put last. */
export function withArguments(tails: Tails, from: Vertex, targetsOf: Targets): Tails {
  if (!tails.calls.some(({ argumentTails }) => argumentTails !== undefined)) return tails;
  const calls = [...tails.calls];
  const open = [...tails.open];
  // An array's iteration also visits what is added on the way.
  for (const call of calls) {
    if (call.argumentTails === undefined) continue;
    const macros = targetsOf(call, from).filter(isMacro);
    for (const { at, tails: ends, inData } of call.argumentTails) {
      const how = most(macros.map((macro) => endsIn(macro, call, at, targetsOf)));
      if (how === "no" || (inData && how !== "any")) continue;
      calls.push(...ends.calls);
      open.push(...ends.open);
      if (how !== "yes") calls.push(...ends.calls.map(piped));
    }
  }
  return calls.length + open.length > tails.calls.length + tails.open.length ? { calls, open } : tails;
}

export function isMacro({ kind, clauses }: Vertex): boolean {
  return kind === "function" && clauses.some(({ macroEnds }) => macroEnds !== undefined);
}

/** The call with one argument more. What is in its arguments was looked at. */
function piped({ bare: _bare, argumentTails: _ends, tags, ...call }: TailCall): TailCall {
  return { ...call, arity: call.arity + 1, ...(tags === undefined ? {} : { tags: ["", ...tags] }) };
}

/** `asked`: of what this is asked already. */
function endsIn(
  macro: Vertex,
  { arity }: TailCall,
  at: number,
  targetsOf: Targets,
  asked = new Set<string>(),
): Ends {
  const question = `${macro.module.name}.${macro.name} ${at}`;
  if (asked.has(question)) return "no";
  asked.add(question);
  const through = (next: MacroEnds["through"][number]): Ends => {
    const inner = targetsOf(next.call, macro).filter(isMacro);
    return most(inner.map((one) => endsIn(one, next.call, next.at, targetsOf, asked)));
  };
  const ofClause = (clause: ClauseInfo): Ends => {
    const { macroEnds } = clause;
    if (macroEnds === undefined) return "no";
    if (macroEnds.any) return "any";
    // With defaults, a place says little.
    if (clause.arity !== arity || macroEnds.places.includes(at)) return macroEnds.pipes ? "piped" : "yes";
    return most(macroEnds.through.filter(({ place }) => place === at).map(through));
  };
  return most(macro.clauses.map(ofClause));
}

function most(all: readonly Ends[]): Ends {
  return ENDS.findLast((one) => all.includes(one)) ?? "no";
}
