import {
  frameworkTags,
  type PayloadReader,
  placeOf,
  type Process,
  processDetails,
  type Span,
  type SpanSet,
} from "../../collector/index.ts";
import type { ShowOptions } from "./options.ts";
import { isFailure } from "./outcome.ts";
import { processName } from "./process-name.ts";

/** The spans that the options ask for, in the order of time, without the limit. */
export function selectSpans(set: SpanSet, options: ShowOptions, payloads: PayloadReader): readonly Span[] {
  const { process: wanted, module, tag } = options;
  const processes = wanted === undefined ? null : matchingProcesses(set.processes, wanted, payloads);
  return set.spans.filter(
    (span) =>
      (processes === null || processes.has(span.process)) &&
      (module === undefined || isBelow(placeOf(span, payloads).module, module)) &&
      (tag === undefined ||
        span.probe?.do?.tag?.includes(tag) === true ||
        frameworkTags(span, payloads).includes(tag)) &&
      (options.errors !== true || hasFailed(span, payloads)),
  );
}

/** It raised, or its process was killed meanwhile. */
export function hasFailed(span: Span, payloads: PayloadReader): boolean {
  if (span.status === "raised") return true;
  return span.endedBy === "killed" && isFailure(processDetails(span.process, payloads).exit);
}

/** Those of this pid, or with this in their name. */
export function matchingProcesses(
  processes: readonly Process[],
  wanted: string,
  payloads: PayloadReader,
): Set<Process> {
  const pid = /^(?:#PID)?<?(\d+\.\d+\.\d+)>?$/.exec(wanted)?.[1];
  const word = wanted.toLowerCase();
  const matches = (process: Process): boolean => {
    const details = processDetails(process, payloads);
    if (pid !== undefined) return details.pid === `#PID<${pid}>`;
    return processName(details)?.toLowerCase().includes(word) === true;
  };
  return new Set(processes.filter(matches));
}

function isBelow(module: string, wanted: string): boolean {
  return module === wanted || module.startsWith(`${wanted}.`);
}
