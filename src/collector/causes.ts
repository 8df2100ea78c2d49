import type { Int, ProcessId } from "../protocol/index.ts";
import { as, atomName, field, type MapTerm, type PidTerm, type Term } from "./etf/index.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Vm } from "./recording.ts";
import type { Process, Span, SpanSet } from "./spans.ts";
import { wallOffset } from "./summary.ts";

/** What is told of the message that an outermost span answers. */
export interface Message {
  /** When its process took it, in nanoseconds since the recording began. */
  readonly received: number | null;
  /** The process that handed it on, where that is not the one of the span that caused it. */
  readonly via: ProcessId | null;
  /** Of a message that nothing recorded has caused. */
  readonly root: MapTerm | null;
}

interface Told extends Message {
  readonly label: Label | null;
}

/** The span that a message's label names, and whether it was sent within it. */
interface Label {
  readonly epoch: number | null;
  readonly span: Int;
  readonly open: boolean;
}

/** Causes lie behind each other; a chain that is longer is a fault of what was recorded. */
const MOST_STEPS = 50;

/** Finds out what caused a span: what was recorded, or what a label says that another process has handed on. */
export class Causes {
  readonly #set: SpanSet;
  readonly #payloads: PayloadReader;
  #spans: Map<string, Span> | undefined;
  #processes: Map<string, Process> | undefined;
  #byProcess: Map<Process, Span[]> | undefined;
  readonly #told = new WeakMap<Span, Told | null>();

  constructor(set: SpanSet, payloads: PayloadReader) {
    this.#set = set;
    this.#payloads = payloads;
  }

  /** Null where there is none, it is not known, or it was dropped. */
  of(span: Span): Span | null {
    return this.#cause(span, MOST_STEPS);
  }

  message(span: Span): Message | null {
    return this.#read(span);
  }

  #cause(span: Span, steps: number): Span | null {
    const { vm } = span.process;
    if (span.cause !== null) return this.#span(vm, span.cause);
    const told = span.parent === null && steps > 0 ? this.#read(span) : null;
    if (told === null) return null;
    if (told.label === null) return this.#parentView(span, told.root);
    const sender = this.#vmOf(told.label.epoch, vm);
    const labelled = sender === null ? null : this.#span(sender, told.label.span);
    return labelled === null ? null : this.#sender(span, labelled, told, steps);
  }

  /** A sender that has received an answer, or has handed a message on, bears the label of another process's span. */
  #sender(span: Span, labelled: Span, { label, via }: Told, steps: number): Span | null {
    if (via === null) return labelled;
    const process = this.#process(labelled.process.vm, via);
    if (label?.open === false) return this.#above(labelled, process, labelled, steps);
    const known = process !== null && this.#ran(process, span.start);
    const isStart = this.#spansOf(span.process)[0] === span;
    return !known && isTrusted(process, isStart, this.#payloads) ? labelled : null;
  }

  /** A call's effects lie within the span that has made it. */
  #above(span: Span, process: Process | null, answered: Span, steps: number): Span | null {
    if (process === null || steps <= 0) return null;
    if (span.process === process) return surrounds(span, answered) ? span : null;
    const cause = this.#cause(this.#outermost(span), steps - 1);
    return cause === null ? null : this.#above(cause, process, answered, steps - 1);
  }

  /** A LiveView within another is there because that one has rendered it. */
  #parentView(span: Span, root: MapTerm | null): Span | null {
    const pid = root === null ? null : as(field(root, "parent"), "pid");
    const process = pid === null ? null : this.#process(span.process.vm, pid);
    if (process === null) return null;
    return this.#spansOf(process).findLast((one) => one.parent === null && one.start < span.start) ?? null;
  }

  #outermost(span: Span): Span {
    let above: Span | null = span;
    while (above !== null && above.parent !== null) above = this.#span(above.process.vm, above.parent);
    return above ?? span;
  }

  #ran(process: Process, before: number): boolean {
    return this.#spansOf(process).some(({ start }) => start < before);
  }

  #span(vm: Vm, id: Int): Span | null {
    this.#spans ??= new Map(this.#set.spans.map((span) => [`${span.process.vm.name}:${span.id}`, span]));
    return this.#spans.get(`${vm.name}:${id}`) ?? null;
  }

  #spansOf(process: Process): readonly Span[] {
    this.#byProcess ??= groupByProcess(this.#set.spans);
    return this.#byProcess.get(process) ?? [];
  }

  #process(vm: Vm, { id, serial }: ProcessId | PidTerm): Process | null {
    this.#processes ??= new Map(this.#set.processes.map((one) => [keyOf(one.vm, one.pid), one]));
    return this.#processes.get(keyOf(vm, { id, serial })) ?? null;
  }

  #vmOf(epoch: number | null, own: Vm): Vm | null {
    if (epoch === null) return own;
    return this.#set.recording.vms.find(({ info }) => info?.epoch === epoch) ?? null;
  }

  #read(span: Span): Told | null {
    const known = this.#told.get(span);
    if (known !== undefined) return known;
    const told = span.receive === null ? null : toldOf(this.#payloads.read(span.receive), span, this.#set);
    this.#told.set(span, told);
    return told;
  }
}

/** Nanoseconds between a send and its message being taken; null where it is not known when it was sent. */
export function queuedFor(cause: Span | null, span: Span, message: Message | null): number | null {
  const received = message?.received ?? null;
  const isSend = cause?.probe?.kind === "call" && cause.process.vm === span.process.vm;
  return received === null || !isSend ? null : Math.max(0, received - cause.start);
}

function groupByProcess(spans: readonly Span[]): Map<Process, Span[]> {
  const groups = new Map<Process, Span[]>();
  for (const span of spans) {
    const group = groups.get(span.process);
    if (group === undefined) groups.set(span.process, [span]);
    else group.push(span);
  }
  return groups;
}

function keyOf(vm: Vm, { id, serial }: Pick<ProcessId, "id" | "serial">): string {
  return `${vm.name}:${id}.${serial}`;
}

function surrounds(outer: Span, inner: Span): boolean {
  if (outer.start > inner.start) return false;
  return outer.duration === null || endOf(outer) >= endOf(inner);
}

function endOf({ start, duration }: Span): number {
  return duration === null ? Number.POSITIVE_INFINITY : start + duration;
}

/** `{Received, Label, Via, Root}`. */
function toldOf(payload: Term | null, span: Span, { recording }: SpanSet): Told | null {
  const items = as(payload ?? undefined, "tuple")?.items;
  if (items === undefined) return null;
  const [received, label, via, root] = items;
  return {
    received: timeOf(received, span.process.vm, wallOffset(span.process.vm, recording)),
    label: labelOf(label),
    via: as(via, "pid"),
    root: as(root, "map"),
  };
}

function timeOf(time: Term | undefined, { info }: Vm, offset: number): number | null {
  if ((typeof time !== "number" && typeof time !== "bigint") || info === null) return null;
  return Number(BigInt(time) - info.started.monotonic_ns) + offset;
}

function labelOf(term: Term | undefined): Label | null {
  const [epoch, span, state] = as(term, "tuple")?.items ?? [];
  if (typeof span !== "number" && typeof span !== "bigint") return null;
  return { epoch: typeof epoch === "number" ? epoch : null, span, open: atomName(state) === "open" };
}

/**
 * Whether a process without probes hands on a label because of the message that it bore. A server may keep it for long, and
 * send because of something else. One that was gone before it could be described, or runs one function, does not; a
 * supervisor starts its children at once.
 */
function isTrusted(process: Process | null, isStart: boolean, payloads: PayloadReader): boolean {
  const spawn = process?.spawn ?? null;
  if (spawn === null) return true;
  const about = as(payloads.read(spawn) ?? undefined, "map");
  const call = about === null ? undefined : field(about, "initial_call");
  const [module, name] = as(call, "tuple")?.items ?? [];
  if (atomName(module) === "supervisor") return isStart;
  return atomName(module) === "Elixir.Task.Supervised" || (atomName(name) ?? "").startsWith("-");
}
