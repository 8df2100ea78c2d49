import { as, atomName, type Term, textOf } from "./etf/index.ts";
import { inspectAtom } from "./inspect/index.ts";
import { localOf, saidOf } from "./local.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Span } from "./spans.ts";

/** Which clause a span ran, or in which clause it was a call or an expression. */
export interface Place {
  readonly module: string;
  readonly function: string;
  /** Null where neither the manifest nor an event tells. */
  readonly arity: number | null;
  /** Null where no manifest names the probe. */
  readonly clause: number | null;
  /** What is called, which pattern the expression matched, or which local variable it is; null for the clause itself. */
  readonly target: string | null;
}

const NOWHERE: Place = { module: "?", function: "?", arity: null, clause: null, target: null };

/** The manifest's word, or that of run time where the manifest has none or one clause becomes several functions. */
export function placeOf(span: Span, payloads: PayloadReader): Place {
  const { probe, enter } = span;
  const said = saidOf(span, payloads);
  if (said !== null) return { ...NOWHERE, target: `“${textOf(said.text) ?? "…"}”` };
  const local = localOf(span, payloads);
  if (local !== null) return { ...(probe ?? NOWHERE), target: local.name };
  if (
    probe !== null &&
    probe.kind !== "trace" &&
    (probe.kind !== "clause" || (probe.template !== true && probe.arity !== null))
  )
    return { ...probe, target: probe.target ?? null };
  const ran = enter === null ? null : calledFunction(payloads.read(enter));
  return {
    ...(ran ?? probe ?? NOWHERE),
    clause: probe === null || probe.kind === "trace" ? null : probe.clause,
    target: null,
  };
}

/** Module, function and arity of an `enter` payload. */
export function calledFunction(payload: Term | null): Omit<Place, "clause" | "target"> | null {
  const [mfa] = as(payload ?? undefined, "tuple")?.items ?? [];
  const [module, name, arity] = as(mfa, "tuple")?.items ?? [];
  const [moduleName, functionName] = [atomName(module), atomName(name)];
  if (moduleName === null || functionName === null || typeof arity !== "number") return null;
  return { module: inspectAtom(moduleName), function: functionName, arity };
}

/** `Module.function/arity#clause`: how people see a probe. With ` → Target` for a call or an expression in it. */
export function placeText(place: Place): string {
  if (place.target === null) return clauseText(place);
  return isSaid(place) ? place.target : `${clauseText(place)} ${targetText(place)}`;
}

/** Somebody's own words stand in no clause. */
function isSaid({ module, target }: Place): boolean {
  return module === NOWHERE.module && target?.startsWith("“") === true;
}

/** A call or an expression without its place, for where that is plain. */
export function targetText({ target }: Place): string {
  // A pattern may be written over several lines.
  return `→ ${(target ?? "?").replaceAll(/\s+/g, " ").trim()}`;
}

function clauseText({ module, function: name, arity, clause }: Omit<Place, "target">): string {
  return `${module}.${name}/${arity ?? "?"}${clause === null ? "" : `#${clause}`}`;
}
