import { groupBy } from "./group-by.ts";
import type { PayloadReader } from "./payloads.ts";
import { placeOf, placeText } from "./place.ts";
import { type SpanDetails, spanDetails } from "./details.ts";
import type { Process, Span, SpanSet } from "./spans.ts";

/** One of two recordings that are compared. */
export interface Side {
  readonly set: SpanSet;
  readonly payloads: PayloadReader;
  /** What a process is called, alike in both recordings; null where only its pid is known. */
  readonly nameOf: (process: Process) => string | null;
}

/** `calls`: another function was called, or one of the two had ended. */
export type PartedBy = "calls" | "arguments" | "outcome";

/** A process of both recordings. */
export interface Pair {
  readonly name: string;
  readonly a: Process;
  readonly b: Process;
  /** Where the two first did not do the same; null where they did. */
  readonly parting: Parting | null;
}

export interface Parting {
  readonly by: PartedBy;
  /** Null where that recording's process had done all that it did. */
  readonly a: Span | null;
  readonly b: Span | null;
  /** The last that was the same: the beginning or the end of this span of A; null at the very beginning. */
  readonly last: Span | null;
  /** Of arguments, which one, from 0 on; null otherwise. */
  readonly argument: number | null;
  /** What differs, as `inspect` prints it; null where another function was called. */
  readonly texts: { readonly a: string; readonly b: string } | null;
  /** Nanoseconds since its recording began, of A's; of B's where A has nothing more. */
  readonly at: number;
}

export interface Comparison {
  /** In the order of their first event in A. */
  readonly pairs: readonly Pair[];
  readonly onlyA: readonly Process[];
  readonly onlyB: readonly Process[];
  /** Clauses that ran more often in one than in the other. */
  readonly counts: readonly { readonly place: string; readonly a: number; readonly b: number }[];
}

/**
 * What two runs did differently. Processes are matched by name, those of one name in the order in which they appeared;
 * what differs between any two runs (pids, references, times) does not count.
 */
export function compareRecordings(a: Side, b: Side): Comparison {
  const [ofA, ofB] = [keyed(a), keyed(b)];
  const pairs: Pair[] = [];
  for (const [key, { process, name, spans }] of ofA) {
    const other = ofB.get(key);
    if (other === undefined) continue;
    const parting = part(steps(spans), steps(other.spans), a.payloads, b.payloads);
    pairs.push({ name, a: process, b: other.process, parting });
  }
  return { pairs, onlyA: missing(ofA, ofB), onlyB: missing(ofB, ofA), counts: countsOf(a, b) };
}

function missing(from: ReadonlyMap<string, Keyed>, other: ReadonlyMap<string, Keyed>): Process[] {
  return [...from].filter(([key]) => !other.has(key)).map(([, { process }]) => process);
}

interface Keyed {
  readonly process: Process;
  readonly name: string;
  readonly spans: readonly Span[];
}

/** A process without a name is known by what it did first. */
function keyed({ set, payloads, nameOf }: Side): Map<string, Keyed> {
  const spansOf = groupBy(set.spans, ({ process }) => process);
  const counts = new Map<string, number>();
  return new Map(
    [...spansOf].map(([process, spans]): [string, Keyed] => {
      const name = nameOf(process) ?? `a process that ran ${placeText(placeOf(spans[0] as Span, payloads))}`;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [`${name} ${count}`, { process, name: count === 1 ? name : `${name} (${count})`, spans }];
    }),
  );
}

/** A span's beginning or its end. */
interface Step {
  readonly span: Span;
  readonly isEnd: boolean;
}

/** Beginnings and ends in their order, by which span lies in which: an outcome is compared after all that led to it. */
function steps(spans: readonly Span[]): Step[] {
  const found: Step[] = [];
  const open: Span[] = [];
  const close = (): void => void found.push({ span: open.pop() as Span, isEnd: true });
  for (const span of spans) {
    while (open.length > 0 && open.at(-1)?.id !== span.parent) close();
    found.push({ span, isEnd: false });
    open.push(span);
  }
  while (open.length > 0) close();
  return found;
}

function part(
  a: readonly Step[],
  b: readonly Step[],
  payloadsA: PayloadReader,
  payloadsB: PayloadReader,
): Parting | null {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [one, other] = [a[index], b[index]];
    const difference = differs(one, other, payloadsA, payloadsB);
    if (difference === null) continue;
    const at = one === undefined ? timeOf(other as Step) : timeOf(one);
    return {
      ...difference,
      a: one?.span ?? null,
      b: other?.span ?? null,
      last: a[index - 1]?.span ?? null,
      at,
    };
  }
  return null;
}

function timeOf({ span, isEnd }: Step): number {
  return span.start + (isEnd ? (span.duration ?? 0) : 0);
}

type Difference = Pick<Parting, "by" | "argument" | "texts">;

const OTHER_CALL: Difference = { by: "calls", argument: null, texts: null };

function differs(
  a: Step | undefined,
  b: Step | undefined,
  payloadsA: PayloadReader,
  payloadsB: PayloadReader,
): Difference | null {
  if (a === undefined || b === undefined || a.isEnd !== b.isEnd) return OTHER_CALL;
  if (placeText(placeOf(a.span, payloadsA)) !== placeText(placeOf(b.span, payloadsB))) return OTHER_CALL;
  const [one, other] = [spanDetails(a.span, payloadsA), spanDetails(b.span, payloadsB)];
  if (!a.isEnd) return otherArgument(one.args ?? [], other.args ?? []);
  const texts = { a: outcomeText(a.span, one), b: outcomeText(b.span, other) };
  return alike(texts.a, texts.b) ? null : { by: "outcome", argument: null, texts };
}

function otherArgument(a: readonly string[], b: readonly string[]): Difference | null {
  const at = a.findIndex((text, index) => !alike(text, b[index] ?? ""));
  if (at === -1) return null;
  return { by: "arguments", argument: at, texts: { a: a[at] as string, b: b[at] ?? "" } };
}

function outcomeText({ status }: Span, { result, error }: SpanDetails): string {
  return result ?? error ?? status;
}

/** What `inspect` shows of what no two runs have in common. */
const VOLATILE = /#(?:PID|Reference|Port|Function)<[^>]*>/g;

function alike(a: string, b: string): boolean {
  return a === b || a.replaceAll(VOLATILE, "#") === b.replaceAll(VOLATILE, "#");
}

function countsOf(a: Side, b: Side): { place: string; a: number; b: number }[] {
  const [ofA, ofB] = [countPlaces(a), countPlaces(b)];
  return [...new Set([...ofA.keys(), ...ofB.keys()])]
    .map((place) => ({ place, a: ofA.get(place) ?? 0, b: ofB.get(place) ?? 0 }))
    .filter((count) => count.a !== count.b);
}

function countPlaces({ set, payloads }: Side): Map<string, number> {
  const counts = new Map<string, number>();
  for (const span of set.spans) {
    const place = placeText(placeOf(span, payloads));
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}
