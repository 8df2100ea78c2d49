import { guardHolds, type Value } from "../parser/index.ts";
import { groupBy } from "./calls.ts";
import type { Handler } from "./handlers.ts";
import type { Send } from "./sends.ts";
import { affinity, fits, isOpen, isSure } from "./shapes.ts";
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
    if (found.length > 0 || this.#isUnheard(send)) return found;
    // A module that is known and has no clause for it may have a hook; one that takes nothing lends its name to a process.
    const isAnyones = modules === undefined || !this.#takesAny(modules, send);
    return guesses(send, isAnyones ? fitting : fitting.filter((handler) => this.#hooks.has(handler)));
  }

  #takesAny(modules: readonly string[], { taken }: Send): boolean {
    const isOf = isIn(modules);
    return this.#handlers.some((handler) => taken.includes(handler.sort) && isOf(handler));
  }

  /** Its topic is known, and so is every topic that somebody subscribes to. */
  #isUnheard({ by, destination: { topic } }: Send): boolean {
    if (by !== "topic" || topic === undefined) return false;
    return this.#subscriptions.every((each) => each.topic !== undefined && !topicsMeet(topic, each.topic));
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
      const isSame =
        !topic.includes("*") && meeting.some((each) => each.module === module && each.topic === topic);
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

/** In each module the clauses that may take it; certain is only one that takes it whatever else holds. */
function firstIn(fitting: readonly Handler[], maybe: boolean, { message }: Send): Taker[] {
  const modules = groupBy(fitting, ({ function: { owner } }) => owner.name);
  return [...modules.values()].flatMap((own) => {
    const ways = [...groupBy(own, ({ function: { id }, sort }) => `${id} ${sort}`).values()];
    const found = ways.map((clauses) => inOrder(clauses, message)).filter(({ length }) => length > 0);
    const isOne = found.length === 1 && found[0]?.length === 1;
    return found
      .flat()
      .map(({ handler, sure }) => ({ handler, maybe: maybe || !isOne || !sure || handler.doubtful }));
  });
}

interface Tried {
  readonly handler: Handler;
  /** It takes the message, if no clause before it did. */
  readonly sure: boolean;
}

/** The clauses of one function up to the first that is sure to take it. */
function inOrder(clauses: readonly Handler[], message: Value): Tried[] {
  const found: Tried[] = [];
  const tried = clauses
    .map((handler) => ({ handler, holds: guardOf(handler, message) }))
    .filter(({ holds }) => holds !== false);
  // Where no other clause takes it, it is this one or none.
  const isOnly = tried.length === 1 && !isOpen(message);
  for (const { handler, holds } of tried) {
    const { accepts, total } = handler;
    const sure = isOnly || (holds === true && total && isSure(accepts, message));
    found.push({ handler, sure });
    if (sure && !handler.doubtful) break;
  }
  return found;
}

function guardOf({ guard, pattern }: Handler, message: Value): boolean | undefined {
  return guard === undefined ? true : guardHolds(guard, pattern, message);
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
