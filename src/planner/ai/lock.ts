import { hash } from "node:crypto";
import type { Choice } from "./choices.ts";
import { oneLine } from "./clean.ts";
import type { Question } from "./model.ts";
import type { Offer, Offered } from "./offer.ts";
import { withoutSecrets } from "./secrets.ts";

export const LOCK_FILE = "escope.plan.lock";
const VERSION = 1;

/** `escope.plan.lock`: what was asked of whom, and what came of it. */
export interface PlanLock {
  readonly version: typeof VERSION;
  readonly question: string;
  readonly provider: string;
  readonly model: string;
  /** The most functions that could be chosen. */
  readonly budget: number;
  /** Whether sources were sent. */
  readonly sources: boolean;
  readonly inputs: {
    /** Of all modules and functions that could be chosen from. */
    readonly index: string;
    /** Of what was sent first. */
    readonly sent: string;
  };
  readonly choices: readonly LockedChoice[];
}

export interface LockedChoice extends Choice {
  /** Of the function as the index has it: what it is, and the heads of its clauses. */
  readonly hash: string;
}

export type Asked = Pick<PlanLock, "question" | "provider" | "model" | "budget" | "sources">;

export function makeLock(offer: Offer, asked: Asked, first: Question, choices: readonly Choice[]): PlanLock {
  return {
    version: VERSION,
    ...asked,
    question: withoutSecrets(asked.question),
    inputs: { index: indexHash(offer), sent: hashOf(first) },
    choices: choices.map(({ module, function: name, arity, reason }) => {
      const own = choiceHash(offer, { module, function: name, arity, reason }) ?? "";
      return { module, function: name, arity, reason, hash: own };
    }),
  };
}

export function lockText(lock: PlanLock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

const CHECKS: Readonly<Record<keyof PlanLock, (value: unknown) => boolean>> = {
  version: (value) => value === VERSION,
  question: isText,
  provider: isText,
  model: isText,
  budget: (value) => Number.isInteger(value) && Number(value) > 0,
  sources: (value) => typeof value === "boolean",
  inputs: (value) => isMap(value) && isText(value["index"]) && isText(value["sent"]),
  choices: (value) => Array.isArray(value) && value.length > 0 && value.every(isLockedChoice),
};

/** Reads a lock; a text says what is wrong with it. Nobody knows who wrote the file: what it says goes the way of an answer. */
export function readLock(text: string): PlanLock | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (!isMap(value)) return "it is not a map of keys";
  const wrong = Object.entries(CHECKS).find(([key, fits]) => !fits((value as Record<string, unknown>)[key]));
  if (wrong !== undefined) return `${wrong[0]} is not what escope writes there`;
  const lock = value as unknown as PlanLock;
  const choices = lock.choices.map(({ module, function: name, arity, reason, hash: own }) => {
    return { module, function: name, arity, reason: oneLine(reason), hash: own };
  });
  return { ...lock, choices };
}

function isLockedChoice(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { module, function: name, arity, reason, hash: own } = value;
  return [module, name, reason, own].every((each) => typeof each === "string") && Number.isInteger(arity);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What of a lock no longer holds, a line each; none where it fits. */
export function misfits(
  lock: PlanLock,
  offer: Offer,
  asked: { readonly question: string | undefined; readonly budget: number | undefined },
): string[] {
  const { question } = asked;
  return [
    ...(question === undefined || withoutSecrets(question) === lock.question
      ? []
      : [`it answers another question: ${JSON.stringify(oneLine(lock.question))}`]),
    ...(asked.budget === undefined || lock.choices.length <= asked.budget
      ? []
      : [`it holds ${lock.choices.length} functions, and the budget is ${asked.budget}`]),
    ...lock.choices.flatMap((choice) => {
      const now = choiceHash(offer, choice);
      const name = oneLine(idOf(choice));
      if (now === undefined) return [`${name} is no longer there, or cannot be watched`];
      return now === choice.hash
        ? []
        : [`${name} has changed: its kind, its callbacks or the heads of its clauses`];
    }),
  ];
}

/** Whether the project has other functions to choose from than when the lock was made. */
export function isOutdated(lock: PlanLock, offer: Offer): boolean {
  return indexHash(offer) !== lock.inputs.index;
}

export function idOf({ module, function: name, arity }: Choice): string {
  return `${module}.${name}/${arity}`;
}

function choiceHash({ functions }: Offer, choice: Choice): string | undefined {
  const found = functions.get(idOf(choice));
  return found === undefined ? undefined : hashOf(factsOf(found));
}

function indexHash({ functions }: Offer): string {
  return hashOf([...functions.values()].map(factsOf).toSorted((a, b) => (a.id < b.id ? -1 : 1)));
}

/** Without lines: what stands above a function is no part of it. */
function factsOf({
  id,
  module: { kinds },
  entry,
}: Offered): Readonly<Record<string, unknown>> & { readonly id: string } {
  const { kind, callback_of: callbacks, clauses } = entry;
  return { id, kinds, kind, callbacks, clauses: clauses.map(({ head, guard }) => [head, guard]) };
}

function hashOf(value: unknown): string {
  return `sha256:${hash("sha256", JSON.stringify(value))}`;
}
