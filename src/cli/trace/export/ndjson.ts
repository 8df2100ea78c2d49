import { staticMounts } from "../../../collector/index.ts";
import { liveNotes } from "../live-notes.ts";
import { spanJson } from "../span-json.ts";
import type { Exported } from "./exported.ts";

/** A span a line, with the fields of `trace show --format json`. */
export function* ndjsonParts({ set, spans, causes, payloads, detailsOf }: Exported): Generator<string> {
  const mounts = staticMounts(set.spans, payloads);
  const notes = liveNotes(set, payloads);
  for (const span of spans) {
    const said = spanJson(span, detailsOf(span.process), payloads, mounts, causes);
    yield `${JSON.stringify({ ...said, ...notes.json(span) })}\n`;
  }
}
