import { aiAnswerCut, aiAnswerMalformed, aiBudget, aiNothingChosen, aiRefused } from "../../errors.ts";
import { checkChoices, CHOOSE, readAnswer, type Checked, type Choice, type Rejected } from "./choices.ts";
import { oneLine } from "./clean.ts";
import { digestOf } from "./digest.ts";
import type { Entry, Model, Question, ToolAbout, ToolCall, Turn, Usage } from "./model.ts";
import type { Offer } from "./offer.ts";
import * as prompt from "./prompt.ts";
import { withoutSecrets } from "./secrets.ts";
import { cutTo, questionTokens, tokensOf } from "./tokens.ts";
import { answerCall, toolsFor } from "./tools.ts";

export interface Limits {
  /** Tokens of all rounds together, asked and answered. */
  readonly tokens: number;
  /** Tokens that the model takes at once. */
  readonly context: number;
  /** The most functions that may be chosen. */
  readonly most: number;
}

export interface Outcome {
  readonly choices: readonly Choice[];
  /** Named by the model and not taken. */
  readonly rejected: readonly Rejected[];
  /** How many choices were over the limit. */
  readonly over: number;
}

/** What is told on the way. */
export interface Listener {
  round(asked: readonly string[]): void;
  used(usage: Usage): void;
}

const MOST_ROUNDS = 12;
const LEAST_OUTPUT = 300;
/** Questions to the index in one round. */
const MOST_CALLS = 8;

interface Parts {
  /** The first part of ours. */
  readonly first: number;
  /** An answer, with what a model thinks before it. */
  readonly output: number;
  /** One answer of ours to a tool. */
  readonly result: number;
}

/** Tokens: the same shares of a small context and a large one. After the first round there is room for another. */
function partsOf({ context, tokens }: Limits): Parts {
  return {
    first: Math.min(context * 0.4, tokens / 5),
    output: Math.floor(Math.min(8_000, context / 4, tokens / 10)),
    result: Math.floor(Math.min(2_500, context / 8, tokens / 8)),
  };
}

/** The first thing that is sent. */
export function firstQuestion(offer: Offer, question: string, limits: Limits): Question {
  const tools = [...toolsFor(offer), CHOOSE];
  const asked = withoutSecrets(question);
  const fixed = tokensOf(prompt.SYSTEM + JSON.stringify(tools) + prompt.askText(asked, limits.most, ""));
  const { first, output } = partsOf(limits);
  const room = first - fixed;
  if (room < LEAST_OUTPUT) throw aiBudget(limits, 0);
  const text = prompt.askText(asked, limits.most, withoutSecrets(digestOf(offer, room)));
  return { system: prompt.SYSTEM, entries: [{ role: "user", text }], tools, most: output };
}

/**
 * Asks until the model has chosen: rounds in which it may ask the index, then an answer that is checked, with one chance to
 * correct it. Errors: AI_ANSWER_CUT, AI_ANSWER_MALFORMED, AI_BUDGET, AI_NOTHING_CHOSEN, AI_REFUSED.
 */
export async function converse(
  model: Model,
  offer: Offer,
  question: string,
  limits: Limits,
  listener: Listener,
): Promise<Outcome> {
  return new Conversation(model, offer, limits, listener, firstQuestion(offer, question, limits)).run();
}

class Conversation {
  readonly #model: Model;
  readonly #offer: Offer;
  readonly #limits: Limits;
  readonly #listener: Listener;
  readonly #tools: readonly ToolAbout[];
  readonly #system: string;
  readonly #entries: Entry[];
  readonly #most: Parts;
  #spent = 0;
  /** What was wrong before: there is one chance to correct. */
  #before: Checked | undefined;
  #corrected = false;

  constructor(model: Model, offer: Offer, limits: Limits, listener: Listener, first: Question) {
    this.#model = model;
    this.#offer = offer;
    this.#limits = limits;
    this.#listener = listener;
    this.#tools = first.tools;
    this.#system = first.system;
    this.#entries = [...first.entries];
    this.#most = partsOf(limits);
  }

  async run(): Promise<Outcome> {
    for (let round = 1; ; round += 1) {
      const isLast = round > MOST_ROUNDS || !this.#hasRoomForMore();
      if (isLast) this.#say(prompt.LAST_ROUND);
      const turn = await this.#ask();
      const outcome = this.#take(turn, isLast);
      if (outcome !== undefined) return outcome;
    }
  }

  #question(most: number): Question {
    return { system: this.#system, entries: this.#entries, tools: this.#tools, most };
  }

  /** Of tokens, beside what is said already. */
  #room(): number {
    const { tokens, context } = this.#limits;
    return Math.min(context, tokens - this.#spent) - questionTokens(this.#question(0));
  }

  /** Whether after this round there may be one more, in which all of it is sent again. */
  #hasRoomForMore(): boolean {
    const size = questionTokens(this.#question(0)) + this.#most.output;
    const { tokens, context } = this.#limits;
    return tokens - this.#spent > 2 * size + this.#most.result && context > size + this.#most.result;
  }

  async #ask(): Promise<Turn> {
    const most = Math.min(this.#most.output, this.#room());
    if (most < LEAST_OUTPUT) throw aiBudget(this.#limits, this.#spent);
    const turn = await this.#model.ask(this.#question(most));
    this.#spent += turn.used.input + turn.used.output;
    this.#listener.used(turn.used);
    this.#listener.round(turn.calls.map(callText));
    this.#entries.push({ role: "model", turn });
    return turn;
  }

  /** The outcome, or undefined where the conversation goes on. */
  #take(turn: Turn, isLast: boolean): Outcome | undefined {
    if (turn.end === "refused") throw aiRefused(oneLine(turn.text));
    const answer = turn.calls.find(({ name }) => name === CHOOSE.name)?.input ?? jsonIn(turn);
    if (answer !== undefined) return this.#judge(turn, answer);
    if (turn.end === "cut") return this.#correct(turn, prompt.WAS_CUT, () => aiAnswerCut());
    if (turn.calls.length === 0)
      return this.#correct(turn, prompt.CALL_CHOOSE, () => aiAnswerMalformed(notAnswer(turn)));
    if (isLast) {
      if (this.#before !== undefined) return outcomeOf(this.#before, this.#limits.most);
      throw aiBudget(this.#limits, this.#spent);
    }
    this.#answer(turn);
    return undefined;
  }

  #judge(turn: Turn, answer: string): Outcome | undefined {
    const named = readAnswer(answer);
    if (typeof named === "string" && turn.end === "cut")
      return this.#correct(turn, prompt.WAS_CUT, () => aiAnswerCut());
    if (typeof named === "string")
      return this.#correct(turn, prompt.malformedText(named), () => aiAnswerMalformed(named));
    const checked = checkChoices(this.#offer, named);
    const { accepted, rejected } = checked;
    const { most } = this.#limits;
    const best = accepted.length > 0 ? checked : (this.#before ?? checked);
    const take = (): Outcome => outcomeOf(best, most);
    if (rejected.length > 0) return this.#retry(turn, checked, prompt.rejectedText(rejected), take);
    if (accepted.length > most)
      return this.#retry(turn, checked, prompt.overText(accepted.length, most), take);
    if (accepted.length === 0) return this.#retry(turn, checked, prompt.CHOSE_NOTHING, take);
    return take();
  }

  /** `checked` is what holds if nothing better comes. */
  #retry(turn: Turn, checked: Checked, text: string, take: () => Outcome): Outcome | undefined {
    if (this.#corrected) return take();
    if (checked.accepted.length > 0) this.#before = checked;
    return this.#correct(turn, text, () => aiNothingChosen());
  }

  #correct(turn: Turn, text: string, failure: () => Error): Outcome | undefined {
    if (this.#corrected) {
      if (this.#before === undefined) throw failure();
      return outcomeOf(this.#before, this.#limits.most);
    }
    this.#corrected = true;
    if (turn.calls.length === 0) this.#say(text);
    else this.#answer(turn, text);
    return undefined;
  }

  /** Every call is answered: providers take no conversation in which one is not. */
  #answer(turn: Turn, correction?: string): void {
    const each = Math.min(this.#most.result, (this.#room() - this.#most.output) / 2 / turn.calls.length);
    const results = turn.calls.map((call, at) => {
      const { text, failed } = this.#resultOf(call, at, correction);
      return { id: call.id, failed, text: cutTo(withoutSecrets(text), Math.max(each, 100)) };
    });
    this.#entries.push({ role: "tools", results });
    const isAnswered = correction === undefined || turn.calls.some(({ name }) => name === CHOOSE.name);
    if (!isAnswered) this.#say(correction);
  }

  #resultOf(call: ToolCall, at: number, correction: string | undefined): ReturnType<typeof answerCall> {
    if (call.name === CHOOSE.name) return { text: correction ?? prompt.CALL_CHOOSE, failed: true };
    if (at >= MOST_CALLS) return { text: `at most ${MOST_CALLS} questions at once`, failed: true };
    return answerCall(this.#offer, call);
  }

  /** Added to our last part, for two parts of one side in a row are not taken by every provider. */
  #say(text: string): void {
    const last = this.#entries.at(-1);
    if (last === undefined || last.role === "model") this.#entries.push({ role: "user", text });
    else if (last.role === "user") this.#entries.splice(-1, 1, { ...last, text: `${last.text}\n\n${text}` });
    else this.#entries.splice(-1, 1, { ...last, text });
  }
}

function outcomeOf({ accepted, rejected }: Checked, most: number): Outcome {
  if (accepted.length === 0) throw aiNothingChosen();
  return { choices: accepted.slice(0, most), rejected, over: Math.max(0, accepted.length - most) };
}

/** Of models that write their answer instead of calling the tool. */
function jsonIn({ text, calls }: Turn): string | undefined {
  if (calls.length > 0) return undefined;
  const json = /\{\s*"choices"[\s\S]*\}/.exec(text)?.[0];
  return json;
}

function notAnswer({ text }: Turn): string {
  return text.trim() === "" ? "it is empty" : `it says ${JSON.stringify(oneLine(text, 120))}`;
}

/** `functions_of Shop.Cart`. */
function callText({ name, input }: ToolCall): string {
  const asked = name === CHOOSE.name ? undefined : /:\s*"((?:\\.|[^"\\])*)"/.exec(input)?.[1];
  return oneLine([name, asked ?? ""].join(" "), 80);
}
