import type { Colors } from "picocolors/types.js";
import { hasHiddenEnd, type ProcessDetails, type SpanDetails } from "../../collector/index.ts";
import type { Rounds } from "./rounds.ts";

/** What came of a span. */
export interface Outcome {
  readonly sign: string;
  /** May be shortened; the sign may not. */
  readonly text: string;
  readonly paint: (text: string) => string;
}

export function outcomeOf(
  { span, count }: Rounds,
  { result, error }: SpanDetails,
  exit: ProcessDetails["exit"],
  colors: Colors,
): Outcome {
  const late = span.enter === null && span.end?.kind !== "mark" ? " (its start was dropped)" : "";
  if (span.status === "raised")
    return { sign: " ✗ ", text: firstLine(error ?? "?") + late, paint: colors.red };
  if (span.end?.kind === "mark" && result === null) return { sign: "", text: "", paint: colors.green };
  if (span.status === "ok") return { sign: " → ", text: (result ?? "?") + late, paint: colors.green };
  const open = (words: string, paint: Outcome["paint"]): Outcome => ({ sign: ` ${words}`, text: "", paint });
  switch (span.endedBy) {
    case "killed":
      return open("… never returned (killed)", isFailure(exit) ? colors.red : colors.magenta);
    case "lost":
      return open("… its end was dropped", colors.magenta);
    case "vm":
      return open("… never returned (the VM ended)", colors.magenta);
    case "running":
      return open("… still running", colors.magenta);
    case null:
      if (hasHiddenEnd(span.probe)) return open("(its end is not recorded)", colors.dim);
      return open(count === 1 ? "↻ loop" : `↻ ${count.toLocaleString("en-US")} rounds`, colors.dim);
  }
}

/** Whether the process ended otherwise than it was told to. */
export function isFailure(exit: ProcessDetails["exit"]): boolean {
  return exit !== null && exit !== UNKNOWN && !/^(normal|shutdown)\b/.test(exit);
}

/** The reason of an end in a line: the exception itself, where Elixir first says that there was one. */
export function exitWord(exit: string): string {
  const [first = "", second] = exit.split("\n");
  return first.endsWith(":") && second !== undefined ? second.trim() : first;
}

/** Nobody saw the reason of a process that ended before it was watched. */
export const UNKNOWN = "(unknown)";

export function firstLine(text: string): string {
  return text.split("\n", 1)[0] as string;
}
