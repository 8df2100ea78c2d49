import picocolors from "picocolors";
import { type Process, type Span, type SpanSet, stateSteps } from "../../collector/index.ts";
import { traceProcessUnknown, traceSpanUnknown } from "../../errors.ts";
import { askRecording } from "./ask.ts";
import type { StateOptions, TraceIo } from "./options.ts";
import { spanNamed } from "./moment.ts";
import { matchingProcesses } from "./select.ts";
import { processDetailsOf } from "./span-json.ts";
import { type Asked, atJson, historyJson } from "./state-json.ts";
import { atLines, historyLines, overviewLines } from "./state-text.ts";

/** `escope trace state`: the states of a process, or the state at a span. Gives the exit code. */
export function runTraceState(options: StateOptions, io: TraceIo): Promise<number> {
  return askRecording(options, io, async (set, payloads) => {
    const asked: Asked = { set, payloads, key: options.key, detailsOf: processDetailsOf(payloads) };
    for (const part of options.format === "json" ? json(asked, options) : text(asked, options, io)) {
      io.stdout(`${part}\n`);
      await io.drained?.();
    }
  });
}

function* json(asked: Asked, options: StateOptions): Generator<string> {
  if (options.at !== undefined) return yield JSON.stringify(atJson(asked, spanAsked(asked.set, options.at)));
  const processes = processesAsked(asked, options).map((process) => historyJson(asked, process));
  yield JSON.stringify({ processes });
}

function* text(asked: Asked, options: StateOptions, io: TraceIo): Generator<string> {
  const style = { colors: picocolors.createColors(io.color), width: io.width };
  if (options.at !== undefined) return yield* atLines(asked, spanAsked(asked.set, options.at), style);
  const processes = processesAsked(asked, options);
  if (options.pid === undefined && options.key === undefined)
    return yield* overviewLines(asked, processes, style);
  for (const process of processes) yield* historyLines(asked, process, style);
}

/** Those with states, and, where a key is asked for, with that key in them. */
function processesAsked({ set, payloads, key }: Asked, { pid }: StateOptions): Process[] {
  const wanted = pid === undefined ? new Set(set.processes) : matchingProcesses(set.processes, pid, payloads);
  if (pid !== undefined && wanted.size === 0) throw traceProcessUnknown(pid, set.recording.path);
  const recorded = [...wanted].filter(({ states }) => states.length > 0);
  if (key === undefined || pid !== undefined) return recorded;
  return recorded.filter((process) =>
    [...stateSteps(process, payloads.states)].some(({ changes }) =>
      changes?.some(({ path }) => path === key),
    ),
  );
}

function spanAsked(set: SpanSet, name: string): Span {
  const span = spanNamed(set, name);
  if (span === null) throw traceSpanUnknown(name, set.recording.path);
  return span;
}
