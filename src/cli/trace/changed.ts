import { changesBetween, type PayloadReader, type Span, statesOf } from "../../collector/index.ts";
import { fit } from "./width.ts";

/** The keys of its state that a span has changed; null where it has none, or it is not known. */
export function changedKeys(span: Span, payloads: PayloadReader): string[] | null {
  const states = statesOf(span, payloads);
  if (states === null || states.before === null || states.after === null) return null;
  if (states.before === states.after) return [];
  const before = payloads.states.term(span.process, states.before);
  const after = payloads.states.term(span.process, states.after);
  if (before === null || after === null) return null;
  return changesBetween(before, after).map(({ path }) => path);
}

const SHOWN = 3;
const COLUMNS = 32;
/** `Δ current…`: so much says at least which key it begins with. */
const LEAST_COLUMNS = 10;

/** For the end of a line, in so many columns: `Δ items, notices`; empty where nothing changed. */
export function changedText(span: Span, payloads: PayloadReader, columns: number): string {
  const keys = changedKeys(span, payloads) ?? [];
  if (keys.length === 0) return "";
  const more = keys.length > SHOWN ? ` +${keys.length - SHOWN}` : "";
  const shown = keys.slice(0, SHOWN).map((key) => (key === "" ? "state" : key));
  const room = columns - 2 - more.length;
  return `Δ ${fit(shown.join(", "), Math.max(LEAST_COLUMNS, Math.min(COLUMNS, room)))}${more}`;
}
