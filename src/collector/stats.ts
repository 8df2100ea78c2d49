import { groupBy } from "./group-by.ts";
import type { PayloadReader } from "./payloads.ts";
import { type Place, placeOf, placeText } from "./place.ts";
import type { Span } from "./spans.ts";

/** What became of one clause's spans. Times in nanoseconds, null where no span has both its ends. */
export interface CallbackStats extends Place {
  readonly callback: string | null;
  readonly mode: "full" | "enter";
  readonly file: string | null;
  readonly line: number | null;
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  readonly total: number;
  readonly errors: number;
  /** Never returned. Loops, of which only the entry is recorded, are not counted. */
  readonly open: number;
}

/** By clause, the one that took most time in all first. Reads no payload but those of templates. */
export function callbackStats(spans: readonly Span[], payloads: PayloadReader): CallbackStats[] {
  const placed = spans.map((span) => ({ span, place: placeOf(span, payloads) }));
  const groups = groupBy(placed, ({ place }) => placeText(place));
  const stats = [...groups.values()].map((group) =>
    summarise(
      (group[0] as (typeof placed)[number]).place,
      group.map(({ span }) => span),
    ),
  );
  return stats.sort((left, right) => right.total - left.total || right.count - left.count);
}

function summarise(place: Place, spans: readonly Span[]): CallbackStats {
  const probe = spans.find((span) => span.probe !== null)?.probe ?? null;
  const durations = Float64Array.from(
    spans.flatMap(({ duration }) => (duration === null ? [] : [duration])),
  ).sort();
  const { module, function: name, arity, clause, target } = place;
  return {
    module,
    function: name,
    arity,
    clause,
    target,
    callback: probe?.callback ?? null,
    mode: probe?.mode ?? "full",
    file: probe?.file || null,
    line: probe?.line || null,
    count: spans.length,
    p50: percentile(durations, 0.5),
    p95: percentile(durations, 0.95),
    max: durations.at(-1) ?? null,
    total: durations.reduce((sum, duration) => sum + duration, 0),
    errors: spans.filter((span) => span.status === "raised").length,
    open: spans.filter((span) => span.endedBy !== null).length,
  };
}

/** By nearest rank: always a duration that was measured. */
export function percentile(sorted: Float64Array, share: number): number | null {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null;
}
