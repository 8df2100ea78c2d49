import { Causes, Chains } from "../../../collector/index.ts";
import { askedSpan } from "../asked-span.ts";
import { askRecording } from "../ask.ts";
import type { ExportOptions, TraceIo } from "../options.ts";
import { processDetailsOf } from "../span-json.ts";
import { writeParts } from "../write-parts.ts";
import { chromeParts } from "./chrome.ts";
import type { Exported } from "./exported.ts";
import { ndjsonParts } from "./ndjson.ts";
import { sequenceParts } from "./sequence.ts";

const WRITERS: Readonly<Record<ExportOptions["format"], (exported: Exported) => Iterable<string>>> = {
  ndjson: ndjsonParts,
  chrome: chromeParts,
  mermaid: sequenceParts,
};

/** `escope trace export`: a recording, or one chain of it, for other programs. Gives the exit code. */
export function runTraceExport(options: ExportOptions, io: TraceIo): Promise<number> {
  return askRecording(options, io, async (set, payloads) => {
    const causes = new Causes(set, payloads);
    const spans =
      options.of === undefined
        ? set.spans
        : new Chains(set, causes).chainOf(askedSpan(set, options.of, payloads));
    const exported = { set, spans, causes, payloads, detailsOf: processDetailsOf(payloads) };
    await writeParts(WRITERS[options.format](exported), io);
  });
}
