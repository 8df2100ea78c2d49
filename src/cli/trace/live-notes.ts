import {
  Asyncs,
  type AsyncResult,
  type Causes,
  haltOf,
  inspectIn,
  type PayloadReader,
  placeOf,
  placeText,
  type RenderCost,
  type RenderReason,
  Renders,
  Sends,
  type Span,
  type SpanSet,
} from "../../collector/index.ts";
import { spanId } from "./message-json.ts";
import { sentJson, sentLines } from "./send-notes.ts";
import { durationText } from "./units.ts";

/** What a span has sent, and what LiveView did around it: why and how dearly it rendered, what halted, which task has ended. */
export interface LiveNotes {
  /** As lines below the span. */
  lines(span: Span): string[];
  /** To whom it sent, where its answers do not stand beside it. */
  sent(span: Span): string[];
  /** As fields of the span's JSON. */
  json(span: Span): Record<string, unknown>;
}

export function liveNotes(set: SpanSet, payloads: PayloadReader, causes: Causes): LiveNotes {
  const renders = new Renders(set, payloads);
  const asyncs = new Asyncs(set, payloads);
  const sends = new Sends(set, payloads, causes);
  const place = (span: Span): string => placeText(placeOf(span, payloads));
  return {
    lines: (span) => [
      ...renders.of(span).map((cost) => renderText(cost, renders.reason(span), place)),
      ...haltText(span, payloads),
      ...asyncs.of(span).map((result) => asyncText(result, span, place)),
    ],
    sent: (span) => sentLines(span, sends, payloads),
    json: (span) => ({
      sent: sentJson(span, sends),
      render: renderJson(renders.of(span), renders.reason(span)),
      halted: haltJson(span, payloads),
      async: asyncs.of(span).map((result) => asyncJson(result, span)),
    }),
  };
}

function name({ process, id }: Span): string | null {
  return spanId(process.vm, id);
}

function renderText(cost: RenderCost, reason: RenderReason | null, place: (span: Span) => string): string {
  const { own, total, dynamics, evaluated, complete } = cost;
  const times = own === total ? durationText(total) : `${durationText(total)}, own ${durationText(own)}`;
  const stopped = complete ? "" : ", not finished";
  return `render ← ${reasonText(reason, place)}  ${times}, ${evaluated} of ${dynamics} expressions${stopped}`;
}

function reasonText(reason: RenderReason | null, place: (span: Span) => string): string {
  if (reason === null) return "everything";
  const { changed, of } = reason;
  const names = changed.length === 0 ? "nothing changed" : changed.join(", ");
  return of === null ? names : `${names} (of ${place(of)})`;
}

function renderJson(
  costs: readonly RenderCost[],
  reason: RenderReason | null,
): Record<string, unknown> | null {
  const [first] = costs;
  if (first === undefined) return null;
  const sum = (key: "total" | "own" | "functions" | "dynamics" | "evaluated"): number =>
    costs.reduce((all, cost) => all + cost[key], 0);
  return {
    times: costs.length,
    total_ns: sum("total"),
    own_ns: sum("own"),
    functions: sum("functions"),
    dynamics: sum("dynamics"),
    evaluated: sum("evaluated"),
    tracked: first.tracked,
    complete: costs.every(({ complete }) => complete),
    changed: reason === null ? null : reason.changed,
    changed_of: reason === null || reason.of === null ? null : name(reason.of),
  };
}

function haltText(span: Span, payloads: PayloadReader): string[] {
  const halt = haltOf(span, payloads);
  if (halt === null) return [];
  const { module, function: called, arity } = placeOf(span, payloads);
  const stage = halt.stage === null ? "" : `${halt.stage} `;
  return [`${stage}halted by ${module}.${called}/${arity ?? "?"}`];
}

function haltJson(span: Span, payloads: PayloadReader): Record<string, unknown> | null {
  const halt = haltOf(span, payloads);
  if (halt === null) return null;
  return { stage: halt.stage, hook: halt.hook === null ? null : inspectIn(span.process)(halt.hook) };
}

const STARTED = { start: "start_async", assign: "assign_async", stream: "stream_async" } as const;

function asyncText(result: AsyncResult, span: Span, place: (span: Span) => string): string {
  const { key, kind, status, startedBy, spans } = result;
  const inspect = inspectIn(span.process);
  const by = startedBy === null ? "" : `, begun in ${place(startedBy)}`;
  const [first] = spans;
  const ran = first === undefined ? "" : `, which ran ${place(first)}`;
  return `${STARTED[kind]} ${inspect(key)} ${status}${by}${ran}`;
}

function asyncJson(
  { key, kind, status, pid, startedBy, spans }: AsyncResult,
  span: Span,
): Record<string, unknown> {
  const inspect = inspectIn(span.process);
  return {
    key: inspect(key),
    kind,
    status,
    pid: inspect(pid),
    started_by: startedBy === null ? null : name(startedBy),
    spans: spans.map(name),
  };
}
