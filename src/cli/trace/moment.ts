import type { Span, SpanSet } from "../../collector/index.ts";
import { traceMomentUnknown, traceSpanUnknown, traceTimeUnknown } from "../../errors.ts";

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9 };

/** A moment that the user names, in nanoseconds since the recording began: `1.5s`, or a span, which is over then. */
export function momentOf(set: SpanSet, text: string): number {
  const time = readTime(text);
  if (time !== null) return time;
  const span = spanNamed(set, text);
  if (span !== null) return span.start + (span.duration ?? 0);
  if (/^\S*\d$/.test(text)) throw traceSpanUnknown(text, set.recording.path);
  throw traceMomentUnknown(text);
}

/** A length of time that the user names, in nanoseconds: `200ms`. */
export function timeOf(text: string): number {
  const time = readTime(text);
  if (time === null) throw traceTimeUnknown(text);
  return time;
}

function readTime(text: string): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(ns|us|µs|ms|s|m)$/.exec(text) ?? [];
  return number === undefined || unit === undefined ? null : Number(number) * (UNITS[unit] as number);
}

/** A span as `trace show --format json` names it; its number alone where the recording has one VM. */
export function spanNamed({ spans }: SpanSet, name: string): Span | null {
  const at = name.lastIndexOf(":");
  const [vm, id] = at === -1 ? [null, name] : [name.slice(0, at), name.slice(at + 1)];
  return spans.find((one) => String(one.id) === id && (vm === null || one.process.vm.name === vm)) ?? null;
}
