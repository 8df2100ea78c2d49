import type { Int } from "../protocol/index.ts";
import { as, atomName, field, type MapTerm } from "./etf/index.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Process, Span, SpanSet } from "./spans.ts";

/** What the template cost that a span has returned: its functions are called after the span. Times in nanoseconds. */
export interface RenderCost {
  /** From the first function's beginning to the last one's end, those of function components in it included. */
  readonly total: number;
  /** In the template's own functions. */
  readonly own: number;
  readonly functions: number;
  /** Its expressions. */
  readonly dynamics: number;
  /** Those of them that change tracking did not pass over. */
  readonly evaluated: number;
  /** Whether only what depends on changed assigns was evaluated. */
  readonly tracked: boolean;
  /** False where one of its functions raised, or was never called. */
  readonly complete: boolean;
  /** Names of the changed assigns; null where it was given none of that. */
  readonly changed: readonly string[] | null;
}

/** Why a template was rendered. */
export interface RenderReason {
  readonly changed: readonly string[];
  /** The span around whose change it was; null for its own. */
  readonly of: Span | null;
}

/** A template within a template within …: more are a fault of what was recorded. */
const MOST_STEPS = 100;

/** Knows what spans' templates cost. */
export class Renders {
  readonly #set: SpanSet;
  readonly #payloads: PayloadReader;
  readonly #costs = new Map<Process, ReadonlyMap<Int, readonly RenderCost[]>>();
  readonly #spans = new Map<Process, ReadonlyMap<Int, Span>>();

  constructor(set: SpanSet, payloads: PayloadReader) {
    this.#set = set;
    this.#payloads = payloads;
  }

  /** One for each time that the span's template was rendered, which is mostly once; empty where it has none. */
  of({ process, id }: Span): readonly RenderCost[] {
    let costs = this.#costs.get(process);
    if (costs === undefined) this.#costs.set(process, (costs = readCosts(process, this.#payloads)));
    return costs.get(id) ?? [];
  }

  /** Null where nothing was tracked: all of it was rendered then. What has slots is rendered for what is around it. */
  reason(span: Span): RenderReason | null {
    let around: Span | undefined = span;
    for (let steps = 0; around !== undefined && steps < MOST_STEPS; steps += 1) {
      const cost = this.of(around)[0];
      if (cost !== undefined && !cost.tracked) return null;
      const changed = cost?.changed ?? null;
      if (changed !== null) return { changed, of: around === span ? null : around };
      around = this.#parent(around);
    }
    return null;
  }

  #parent({ process, parent }: Span): Span | undefined {
    let spans = this.#spans.get(process);
    if (spans === undefined) {
      const own = this.#set.spans.filter((span) => span.process === process);
      this.#spans.set(process, (spans = new Map(own.map((span) => [span.id, span]))));
    }
    return parent === null ? undefined : spans.get(parent);
  }
}

function readCosts({ renders }: Process, payloads: PayloadReader): Map<Int, RenderCost[]> {
  const costs = new Map<Int, RenderCost[]>();
  for (const event of renders) {
    const map = as(payloads.read(event) ?? undefined, "map");
    if (map === null || event.span === null) continue;
    costs.set(event.span, [...(costs.get(event.span) ?? []), costOf(map)]);
  }
  return costs;
}

function costOf(map: MapTerm): RenderCost {
  const number = (key: string): number => Number(field(map, key) ?? 0);
  return {
    total: number("total"),
    own: number("own"),
    functions: number("functions"),
    dynamics: number("dynamics"),
    evaluated: number("evaluated"),
    tracked: atomName(field(map, "tracked")) === "true",
    complete: atomName(field(map, "complete")) === "true",
    changed: as(field(map, "changed"), "list")?.items.map((name) => atomName(name) ?? "?") ?? null,
  };
}
