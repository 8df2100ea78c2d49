import type { Process, Span } from "../../collector/index.ts";

/** A span, and those after it that tell the same again: the further rounds of a loop. */
export interface Rounds {
  readonly span: Span;
  /** 1 for a span that stands alone. */
  readonly count: number;
}

/** Functions that take turns in one loop, as we look for them. */
const MAX_TURNS = 8;

/**
 * Rounds of a loop that follow each other in their process, made one: a loop of a million rounds would hide all else.
 * Functions that call each other in turn become one each. `spans` and the result are in the order of time.
 */
export function foldLoops(spans: readonly Span[]): Rounds[] {
  const rounds: OpenRounds[] = [];
  const turns = new Map<Process, OpenRounds[]>();
  for (const span of spans) {
    const running = turns.get(span.process) ?? [];
    const same = running.find((round) => isNextRound(round.span, span));
    if (same !== undefined) {
      same.count += 1;
      continue;
    }
    const round = { span, count: 1 };
    rounds.push(round);
    turns.set(span.process, isLoop(span) ? [...running.slice(1 - MAX_TURNS), round] : []);
  }
  return rounds;
}

interface OpenRounds {
  readonly span: Span;
  count: number;
}

function isLoop({ probe }: Span): boolean {
  return probe?.mode === "enter";
}

/** The same function, any clause, called from the same place. */
function isNextRound({ probe: one, parent }: Span, next: Span): boolean {
  const other = next.probe;
  if (one === null || other?.mode !== "enter" || parent !== next.parent) return false;
  if (one === other) return true;
  const names = ["module", "function", "arity", "target"] as const;
  return names.every((name) => one[name] === other[name]);
}
