import { wholeSpans } from "../whole-span.ts";
import type { Exported } from "./exported.ts";

/** A span a line, with the fields of `trace show --format json`. */
export function* ndjsonParts({ set, spans, causes, payloads }: Exported): Generator<string> {
  const jsonOf = wholeSpans(set, payloads, causes);
  for (const span of spans) yield `${JSON.stringify(jsonOf(span))}\n`;
}
