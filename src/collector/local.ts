import { as, atomName, type Term } from "./etf/index.ts";
import { unwrapMark } from "./held.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Span } from "./spans.ts";

/** A local variable of a probed clause, and what it was bound to. */
export interface Local {
  readonly name: string;
  readonly value: Term;
  /** Where it was bound; null where that is not known. */
  readonly line: number | null;
}

/** The variable that a `mark` event tells of; null for other events. */
export function localOf({ end }: Span, payloads: PayloadReader): Local | null {
  if (end?.kind !== "mark") return null;
  const [tag, kind, name, value, line] =
    as(unwrapMark(payloads.read(end) ?? undefined), "tuple")?.items ?? [];
  if (atomName(tag) !== "$escope" || atomName(kind) !== "local" || value === undefined) return null;
  return { name: atomName(name) ?? "?", value, line: typeof line === "number" ? line : null };
}

/** What somebody said with `Escope.mark`, and the term that came with it, null where that is nil. */
export interface Said {
  readonly text: Term;
  readonly metadata: Term | null;
}

/** The words of a `mark` event that no probe made; null for other events. */
export function saidOf({ end, probeId }: Span, payloads: PayloadReader): Said | null {
  if (end?.kind !== "mark" || probeId !== null) return null;
  const [tag, kind, text, metadata] = as(payloads.read(end) ?? undefined, "tuple")?.items ?? [];
  if (atomName(tag) !== "$escope" || atomName(kind) !== "said" || text === undefined) return null;
  return { text, metadata: metadata === undefined || atomName(metadata) === "nil" ? null : metadata };
}
