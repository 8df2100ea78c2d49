import { as, atomName, type Term } from "./etf/index.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Span } from "./spans.ts";

/** A local variable of a probed clause, and what it was bound to. */
export interface Local {
  readonly name: string;
  readonly value: Term;
}

/** The variable that a `mark` event tells of; null for other events. */
export function localOf({ end }: Span, payloads: PayloadReader): Local | null {
  if (end?.kind !== "mark") return null;
  const [tag, kind, name, value] = as(payloads.read(end) ?? undefined, "tuple")?.items ?? [];
  if (atomName(tag) !== "$escope" || atomName(kind) !== "local" || value === undefined) return null;
  return { name: atomName(name) ?? "?", value };
}
