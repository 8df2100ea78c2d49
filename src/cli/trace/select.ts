import {
  Causes,
  Chains,
  contextOf,
  frameworkTags,
  givenTo,
  inspectIn,
  type PayloadReader,
  placeOf,
  type Process,
  processDetails,
  type Span,
  spanDetails,
  type SpanSet,
  textsOf,
} from "../../collector/index.ts";
import { moduleGlob, nameGlob } from "../../rules/index.ts";
import { askedSpan } from "./asked-span.ts";
import { hasFailed } from "./failed.ts";
import { momentOf, timeOf } from "./moment.ts";
import type { ShowOptions } from "./options.ts";
import { processName } from "./process-name.ts";

/** Whether a span is asked for. */
type Filter = (span: Span) => boolean;

interface Asking {
  readonly set: SpanSet;
  readonly options: ShowOptions;
  readonly payloads: PayloadReader;
}

/** Of each option, what it asks for; undefined where it was not given. Those that cost least come first. */
const FILTERS: readonly ((asking: Asking) => Filter | undefined)[] = [
  byTime,
  byDuration,
  byProcess,
  byChain,
  byModule,
  byFunction,
  byTag,
  byFailure,
  byLiveView,
  byText,
];

/** The spans that the options ask for, in the order of time, without the limit. */
export function selectSpans(set: SpanSet, options: ShowOptions, payloads: PayloadReader): readonly Span[] {
  const asking = { set, options, payloads };
  const filters = FILTERS.flatMap((filter) => filter(asking) ?? []);
  return set.spans.filter((span) => filters.every((isAsked) => isAsked(span)));
}

/** Those that ran at some time between the two moments. */
function byTime({ set, options: { from, to } }: Asking): Filter | undefined {
  if (from === undefined && to === undefined) return undefined;
  const first = from === undefined ? 0 : momentOf(set, from);
  const last = to === undefined ? Number.POSITIVE_INFINITY : momentOf(set, to);
  return ({ start, duration, status }) =>
    start <= last && (status === "open" || start + (duration ?? 0) >= first);
}

function byDuration({ options: { longerThan } }: Asking): Filter | undefined {
  if (longerThan === undefined) return undefined;
  const least = timeOf(longerThan);
  return ({ duration }) => duration !== null && duration > least;
}

function byProcess({ set, options, payloads }: Asking): Filter | undefined {
  if (options.process === undefined) return undefined;
  const processes = matchingProcesses(set.processes, options.process, payloads);
  return ({ process }) => processes.has(process);
}

/** The root of the span's chain, and all that followed from that. */
function byChain({ set, options: { chain }, payloads }: Asking): Filter | undefined {
  if (chain === undefined) return undefined;
  const spans = new Set(new Chains(set, new Causes(set, payloads)).chainOf(askedSpan(set, chain, payloads)));
  return (span) => spans.has(span);
}

function byModule({ options: { module }, payloads }: Asking): Filter | undefined {
  if (module === undefined) return undefined;
  const isNamed = module.includes("*") ? moduleGlob(module) : (name: string) => isBelow(name, module);
  return (span) => isNamed(placeOf(span, payloads).module);
}

function byFunction({ options, payloads }: Asking): Filter | undefined {
  const [, name, arity, clause] = /^(.+?)(?:\/(\d+))?(?:#(\d+))?$/.exec(options.function ?? "") ?? [];
  if (name === undefined) return undefined;
  const isNamed = nameGlob(name);
  return (span) => {
    const place = placeOf(span, payloads);
    return (
      isNamed(place.function) &&
      (arity === undefined || place.arity === Number(arity)) &&
      (clause === undefined || place.clause === Number(clause))
    );
  };
}

function byTag({ options: { tag }, payloads }: Asking): Filter | undefined {
  if (tag === undefined) return undefined;
  return (span) =>
    (span.probe?.do?.tag?.includes(tag) === true && givenTo(span, payloads).tags.includes(tag)) ||
    frameworkTags(span, payloads).includes(tag);
}

function byFailure({ options, payloads }: Asking): Filter | undefined {
  return options.errors === true ? (span) => hasFailed(span, payloads) : undefined;
}

/** By the id of the LiveView in which a span worked, or by its module. */
function byLiveView({ options: { liveView }, payloads }: Asking): Filter | undefined {
  if (liveView === undefined) return undefined;
  return (span) => {
    const context = contextOf(span, payloads);
    if (context?.kind !== "live_view") return false;
    const { id, view } = textsOf(context.about, inspectIn(span.process));
    return id === liveView || view === liveView;
  };
}

/** In what was given or came of it, as it is printed. */
function byText({ options: { text }, payloads }: Asking): Filter | undefined {
  if (text === undefined) return undefined;
  return (span) => {
    const { args, result, error } = spanDetails(span, payloads);
    return [...(args ?? []), result ?? "", error ?? ""].some((said) => said.includes(text));
  };
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
