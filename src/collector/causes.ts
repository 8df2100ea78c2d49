import type { Int, ProcessId } from "../protocol/index.ts";
import { as, atomName, field, type MapTerm, type PidTerm, type Term } from "./etf/index.ts";
import { groupBy } from "./group-by.ts";
import type { PayloadReader } from "./payloads.ts";
import { processKey } from "./process-key.ts";
import type { Vm } from "./recording.ts";
import { sentAt } from "./sent-at.ts";
import type { Process, Span, SpanSet } from "./spans.ts";

/** What is told of the message that an outermost span answers. */
export interface Message {
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

  /** The span that encloses it in its process; null for an outermost one, and where that was dropped. */
  around({ process, parent }: Span): Span | null {
    return parent === null ? null : this.#span(process.vm, parent);
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
    const process = this.#process(this.#vmNamed(via.node, span.process.vm), via);
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
    const isBefore = (one: Span): boolean => one.parent === null && one.start < span.start;
    return this.#spansOf(process).findLast((one) => isBefore(one) && !isComponents(one)) ?? null;
  }

  #outermost(span: Span): Span {
    let above: Span | null = span;
    while (above !== null && above.parent !== null) above = this.around(above);
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
    this.#byProcess ??= groupBy(this.#set.spans, (span) => span.process);
    return this.#byProcess.get(process) ?? [];
  }

  #process(vm: Vm, { id, serial }: ProcessId | PidTerm): Process | null {
    this.#processes ??= new Map(this.#set.processes.map((one) => [processKey(one.vm, one.pid), one]));
    return this.#processes.get(processKey(vm, { id, serial })) ?? null;
  }

  #vmOf(epoch: number | null, own: Vm): Vm | null {
    if (epoch === null) return own;
    return this.#set.recording.vms.find(({ info }) => info?.epoch === epoch) ?? null;
  }

  /** Of several that a node has had, the span's own. */
  #vmNamed(node: string, own: Vm): Vm {
    if (own.info?.node === node) return own;
    return this.#set.recording.vms.find(({ info }) => info?.node === node) ?? own;
  }

  #read(span: Span): Told | null {
    const known = this.#told.get(span);
    if (known !== undefined) return known;
    const told = span.receive === null ? null : toldOf(this.#payloads.read(span.receive));
    this.#told.set(span, told);
    return told;
  }
}

/** How long after its cause a span began, where that cause is one call that has led to it. */
export interface Delay {
  readonly ns: number;
  /** What the call did. */
  readonly by: "sent" | "armed" | "started";
}

/** Null where the cause is no call site, or of another VM, whose clock is another one. */
export function delayOf(cause: Span | null, span: Span): Delay | null {
  if (cause?.probe?.kind !== "call" || cause.process.vm !== span.process.vm) return null;
  const target = cause.probe.target ?? "";
  const by = TIMERS.test(target) ? "armed" : STARTS.test(target) ? "started" : "sent";
  return { ns: Math.max(0, span.start - sentAt(cause)), by };
}

const TIMERS = /\b(send_after|start_timer|send_interval|apply_after|apply_interval)\b/;
const STARTS = /\b(Task\.|spawn|start|start_link|start_child|start_async|assign_async)/;

function isComponents({ probe }: Span): boolean {
  return probe?.callback === "Phoenix.LiveComponent";
}

/** Clocks of two VMs are not compared. */
function surrounds(outer: Span, inner: Span): boolean {
  if (outer.process.vm !== inner.process.vm) return true;
  if (outer.start > inner.start) return false;
  return outer.duration === null || endOf(outer) >= endOf(inner);
}

function endOf({ start, duration }: Span): number {
  return duration === null ? Number.POSITIVE_INFINITY : start + duration;
}

/** `{Label, Via, Root}`. */
function toldOf(payload: Term | null): Told | null {
  const items = as(payload ?? undefined, "tuple")?.items;
  if (items === undefined) return null;
  const [label, via, root] = items;
  return { label: labelOf(label), via: as(via, "pid"), root: as(root, "map") };
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
