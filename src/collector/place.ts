import { as, atomName, type Term } from "./etf/index.ts";
import { inspectAtom } from "./inspect/index.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Span } from "./spans.ts";

/** Which clause a span ran. */
export interface Place {
  readonly module: string;
  readonly function: string;
  /** Null where neither the manifest nor an event tells. */
  readonly arity: number | null;
  /** Null where no manifest names the probe. */
  readonly clause: number | null;
}

const NOWHERE: Place = { module: "?", function: "?", arity: null, clause: null };

/** The manifest's word, or that of run time where the manifest has none or one clause becomes several functions. */
export function placeOf(span: Span, payloads: PayloadReader): Place {
  const { probe, enter } = span;
  const isCertain = probe !== null && probe.template !== true && probe.arity !== null;
  if (isCertain) return probe;
  const ran = enter === null ? null : calledFunction(payloads.read(enter));
  return ran === null ? (probe ?? NOWHERE) : { ...ran, clause: probe?.clause ?? null };
}

/** Module, function and arity of an `enter` payload. */
export function calledFunction(payload: Term | null): Omit<Place, "clause"> | null {
  const [mfa] = as(payload ?? undefined, "tuple")?.items ?? [];
  const [module, name, arity] = as(mfa, "tuple")?.items ?? [];
  const [moduleName, functionName] = [atomName(module), atomName(name)];
  if (moduleName === null || functionName === null || typeof arity !== "number") return null;
  return { module: inspectAtom(moduleName), function: functionName, arity };
}

/** `Module.function/arity#clause`: how people see a probe. */
export function placeText({ module, function: name, arity, clause }: Place): string {
  return `${module}.${name}/${arity ?? "?"}${clause === null ? "" : `#${clause}`}`;
}
