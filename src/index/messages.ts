import type { Value } from "../parser/index.ts";
import { groupBy } from "./calls.ts";
import type { Handler } from "./handlers.ts";
import type { Send } from "./sends.ts";
import { affinity, fits, isOpen } from "./shapes.ts";
import type { Subscription } from "./subscriptions.ts";
import { topicsMeet } from "./topics.ts";

/** A clause that may take a message. */
export interface Taker {
  readonly handler: Handler;
  /** Where the message goes is not certain, or is a guess by its shape. */
  readonly maybe: boolean;
}

export interface Message {
  readonly send: Send;
  readonly takers: readonly Taker[];
}

/** More than that are no answer. */
const GUESSES = 12;

/** Finds the clauses that take a message: in the modules where it goes, else wherever its shape is taken. */
export class MessageRouter {
  readonly #handlers: readonly Handler[];
  /** Those that live views have from hooks. */
  readonly #hooks: ReadonlySet<Handler>;
  readonly #subscriptions: readonly Subscription[];

  constructor(
    handlers: readonly Handler[],
    hooks: ReadonlySet<Handler>,
    subscriptions: readonly Subscription[],
  ) {
    this.#handlers = handlers;
    this.#hooks = hooks;
    this.#subscriptions = subscriptions;
  }

  route(sends: readonly Send[]): Message[] {
    return sends.map((send) => ({ send, takers: this.#takersOf(send) }));
  }

  #takersOf(send: Send): Taker[] {
    const fitting = this.#handlers.filter((handler) => takes(handler, send));
    const { modules, maybe } = send.destination;
    const found =
      send.by === "topic"
        ? this.#subscribed(send, fitting)
        : firstIn(fitting.filter(isIn(modules ?? [])), maybe, send);
    if (found.length > 0) return found;
    // A module that is known and has no clause for it may have a hook.
    return guesses(
      send,
      modules === undefined ? fitting : fitting.filter((handler) => this.#hooks.has(handler)),
    );
  }

  /** Certain only where the two topics are written the same. */
  #subscribed(send: Send, fitting: readonly Handler[]): Taker[] {
    const { topic, maybe } = send.destination;
    if (topic === undefined) return [];
    const meeting = this.#subscriptions.filter(
      ({ topic: subscribed }) => subscribed !== undefined && topicsMeet(topic, subscribed),
    );
    const modules = [...new Set(meeting.flatMap(({ module }) => module ?? []))];
    return modules.flatMap((module) => {
      const isSame = meeting.some((each) => each.module === module && each.topic === topic);
      return firstIn(fitting.filter(isIn([module])), maybe || !isSame, send);
    });
  }
}

function takes({ sort, accepts, event }: Handler, send: Send): boolean {
  if (!send.taken.includes(sort) || (send.by === "topic" && sort === "receive")) return false;
  const isEvent = event === undefined || event === "_" || send.event === undefined || event === send.event;
  return isEvent && fits(accepts, send.message);
}

function isIn(modules: readonly string[]): (handler: Handler) => boolean {
  return ({ function: { owner } }) => modules.includes(owner.name);
}

/** In each module the clauses that name the message; those that name nothing of it only where no other takes it. */
function firstIn(fitting: readonly Handler[], maybe: boolean, { message }: Send): Taker[] {
  const modules = groupBy(fitting, ({ function: { owner } }) => owner.name);
  return [...modules.values()].flatMap((own) => {
    const naming = own.filter(({ accepts }) => affinity(accepts, message) > 0);
    if (naming.length > 0) return naming.map((handler) => ({ handler, maybe }));
    const specific = own.filter(({ accepts }) => !isOpen(accepts));
    if (specific.length === 0 || isOpen(message)) return own.map((handler) => ({ handler, maybe }));
    return specific.map((handler) => ({ handler, maybe: true }));
  });
}

/** The first element of a tuple says what the message is; where it is an atom, it alone counts. */
function tagOf(accepts: Value, message: Value): Value {
  const [tag] = message.type === "tuple" ? message.items : [];
  if (message.type !== "tuple" || accepts.type !== "tuple" || tag?.type !== "literal") return message;
  return {
    type: "tuple",
    items: message.items.map((item, at) => (at === 0 ? item : { type: "any", text: "" })),
  };
}

/** By the literal parts that message and pattern share; in the sender's own module if it is there. */
function guesses({ message, from }: Send, fitting: readonly Handler[]): Taker[] {
  const shared = fitting.filter(({ accepts }) => affinity(accepts, tagOf(accepts, message)) > 0);
  const own = shared.filter(isIn([from.owner.name]));
  const found = own.length > 0 ? own : shared;
  return found.length > GUESSES ? [] : found.map((handler) => ({ handler, maybe: true }));
}
