import type { Pair, Value } from "../parser/index.ts";
import { nameOf, type Call, type CallTable } from "./calls.ts";
import type { HandlerSort } from "./handlers.ts";
import type { Kind } from "./kinds.ts";
import type { OwnProcess } from "./own-process.ts";
import { isSelf, type RegisteredNames } from "./registered.ts";
import { canMeet, type Placed, type ValueResolver, type Where } from "./resolve-value.ts";
import { endpointForm, sendForm, type SendForm } from "./send-forms.ts";
import { shapeOf } from "./shapes.ts";
import type { FunctionOf } from "./subjects.ts";
import { topicsOf } from "./topics.ts";

/** Where a message goes, as far as the text tells. */
export interface Destination {
  /** As it is written. */
  readonly text: string;
  /** The modules whose processes it may reach; undefined where only run time knows. */
  readonly modules: readonly string[] | undefined;
  readonly topic: string | undefined;
  readonly maybe: boolean;
}

/** A message that leaves a function. */
export interface Send {
  readonly from: FunctionOf;
  /** Who gave it the message, where it was given as an argument. */
  readonly origin: FunctionOf;
  readonly file: string;
  readonly line: number;
  readonly how: string;
  readonly by: SendForm["by"] | "returned" | "event";
  readonly taken: readonly HandlerSort[];
  /** As what kind of event a state machine gets it. */
  readonly event: string | undefined;
  readonly message: Value;
  readonly shape: string;
  readonly destination: Destination;
}

/** What `readSends` asks about. */
export interface SendContext {
  readonly calls: CallTable;
  readonly values: ValueResolver;
  readonly names: RegisteredNames;
  readonly kinds: ReadonlyMap<string, readonly Kind[]>;
  readonly processes: OwnProcess;
}

const MESSAGES = 16;

/** The messages of every call that sends. */
export function readSends(context: SendContext): Send[] {
  return context.calls.all.flatMap((call) => {
    if (call.target === undefined) return [];
    const form = sendForm(nameOf(call.target)) ?? endpointSend(call, context);
    return form === undefined ? [] : sendsOf(call, form, context);
  });
}

function endpointSend({ target, about }: Call, { kinds }: SendContext): SendForm | undefined {
  const isEndpoint =
    target?.module !== undefined && (kinds.get(target.module)?.includes("endpoint") ?? false);
  const form =
    isEndpoint && target !== undefined ? endpointForm(`${target.name}/${target.arity}`) : undefined;
  if (form === undefined) return undefined;
  const how = about.text.split("(")[0] ?? "";
  return { how, by: "topic", taken: ["info", "out"], to: form.topic, message: form.event };
}

function sendsOf(call: Call, form: SendForm, context: SendContext): Send[] {
  const where: Where = { function: call.from, clause: call.clause };
  const { args } = call.about;
  const written = form.message === undefined ? undefined : args[form.message];
  const messages = messagesOf(written, where, form, context);
  return messages.slice(0, MESSAGES).flatMap((message) => {
    const destinations = destinationsOf(call.about, form, where, message, context);
    return destinations.map((destination) => toSend(call, form, message, destination, args));
  });
}

function messagesOf(
  written: Value | undefined,
  where: Where,
  form: SendForm,
  { values }: SendContext,
): Placed[] {
  const value: Value = written ?? { type: "any", text: "" };
  return form.by === "component" ? [{ value, where, maybe: false }] : values.resolve(value, where);
}

function toSend(
  call: Call,
  form: SendForm,
  { value, where }: Placed,
  destination: Destination,
  args: readonly Value[],
): Send {
  const { from, file, line } = call;
  const broadcast = form.by === "topic" && form.taken.includes("out");
  const message = broadcast
    ? broadcastOf(value, args.at(-1))
    : form.by === "component"
      ? assignsOf(value)
      : value;
  const origin = where.function.name === "" ? from : where.function;
  return {
    from,
    origin,
    file,
    line,
    how: form.how,
    by: form.by,
    taken: form.taken,
    event: eventType(form.how),
    message,
    shape: shapeOf(message),
    destination,
  };
}

function eventType(how: string): string {
  const name = how.slice(how.lastIndexOf(".") + 1);
  return name === "call" || name === "send_request" ? "{:call, _}" : name === "cast" ? ":cast" : ":info";
}

/** A component's `update/2` is given a map, also of keywords. */
function assignsOf(value: Value): Value {
  return value.type === "keywords" ? { type: "map", struct: undefined, pairs: value.pairs } : value;
}

/** An endpoint's broadcast comes in as a struct. */
function broadcastOf(event: Value, payload: Value | undefined): Value {
  const pairs = [pairOf("event", event), pairOf("payload", payload ?? { type: "any", text: "" })];
  return { type: "map", struct: "Phoenix.Socket.Broadcast", pairs };
}

function pairOf(key: string, value: Value): Pair {
  return { key: { type: "literal", text: `:${key}` }, value };
}

function destinationsOf(
  { args, elsewhere: isElsewhere }: Call["about"],
  form: SendForm,
  where: Where,
  message: Placed,
  context: SendContext,
): Destination[] {
  const written = form.to === undefined ? undefined : args[form.to];
  const text = written === undefined ? "" : textOf(written);
  const nowhere: Destination = { text, modules: undefined, topic: undefined, maybe: false };
  if (form.by === "self")
    return [
      {
        ...nowhere,
        text: "self()",
        modules: isElsewhere ? undefined : ownAsync(form, where.function, context),
      },
    ];
  // What a supervisor of tasks is given is run, and taken by no clause.
  const isRun = form.by === "task" && form.how.startsWith("Task.");
  if (written === undefined || isRun || form.by === "client" || form.by === "reply") return [nowhere];
  if (form.by === "topic") {
    const topics = topicsOf(written, where, context.values, message.where);
    return topics.map((topic) => ({ text, modules: undefined, topic, maybe: topics.length > 1 }));
  }
  return processes(written, where, message, nowhere, context);
}

function processes(
  written: Value,
  where: Where,
  message: Placed,
  nowhere: Destination,
  context: SendContext,
): Destination[] {
  const fitting = context.values.resolve(written, where).filter((each) => canMeet(each.where, message.where));
  const found = fitting.map((each): Destination => {
    const modules = processOf(context.values.settled(each.value, each.where), each.where, context);
    return { text: nowhere.text, modules, topic: undefined, maybe: each.maybe };
  });
  const known = found.filter(({ modules }) => modules !== undefined);
  return known.length === 0 ? [{ ...nowhere, maybe: true }] : sameOnce(known);
}

function sameOnce(found: readonly Destination[]): Destination[] {
  const byModules = new Map(found.map((each) => [each.modules?.join(), each]));
  return [...byModules.values()];
}

function processOf(
  value: Value,
  { function: from }: Where,
  context: SendContext,
): readonly string[] | undefined {
  if (isSelf(value)) return ownProcess(from, context);
  if (value.type === "call" && value.target.module === "Process" && value.target.name === "whereis")
    return value.args[0] && context.names.modulesOf(value.args[0]);
  return context.names.modulesOf(value);
}

/** What a component starts comes back to the component. */
function ownAsync({ taken }: SendForm, from: FunctionOf, context: SendContext): string[] | undefined {
  const kinds = context.kinds.get(from.owner.name) ?? [];
  const isComponent = taken.includes("async") && kinds.includes("live_component");
  return isComponent ? [from.owner.name] : ownProcess(from, context);
}

function ownProcess(from: FunctionOf, { processes: own }: SendContext): string[] | undefined {
  const module = own.of(from);
  return module === undefined ? undefined : [module];
}

export function textOf(value: Value): string {
  switch (value.type) {
    case "call":
    case "any":
      return value.text;
    case "variable":
      return value.name;
    case "attribute":
      return `@${value.name}`;
    case "branches":
      return value.values.map(textOf).join(" | ");
    default:
      return shapeOf(value);
  }
}
