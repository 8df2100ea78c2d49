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

  constructor(handlers: readonly Handler[], hooks: ReadonlySet<Handler>, subscriptions: readonly Subscription[]) {
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
    const known = send.by === "topic" ? this.#subscribers(send) : modules;
    const found = known === undefined ? [] : firstIn(fitting.filter(isIn(known)), maybe, send);
    if (found.length > 0) return found;
    // A module that is known and has no clause for it may have a hook.
    return guesses(send, modules === undefined ? fitting : fitting.filter((handler) => this.#hooks.has(handler)));
  }

  #subscribers({ destination: { topic } }: Send): string[] {
    return this.#subscriptions.flatMap(({ topic: subscribed, module }) =>
      topic !== undefined && subscribed !== undefined && module !== undefined && topicsMeet(topic, subscribed) ? [module] : [],
    );
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

/** A clause that takes everything only comes to it if none before it was sure to take the message. */
function firstIn(fitting: readonly Handler[], maybe: boolean, { message }: Send): Taker[] {
  const specific = fitting.filter(({ accepts }) => !isOpen(accepts));
  const all = specific.length > 0 && !isOpen(message) ? specific : fitting;
  return all.map((handler) => ({ handler, maybe }));
}

/** By the literal parts that message and pattern share; in the sender's own module if it is there. */
function guesses({ message, from }: Send, fitting: readonly Handler[]): Taker[] {
  const shared = fitting.filter(({ accepts }) => affinity(accepts, message) > 0);
  const own = shared.filter(isIn([from.owner.name]));
  const found = own.length > 0 ? own : shared;
  return found.length > GUESSES ? [] : found.map((handler) => ({ handler, maybe: true }));
}
