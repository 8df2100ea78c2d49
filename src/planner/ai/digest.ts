import type { FunctionEntry, ModulePage } from "../../index/index.ts";
import { oneLine } from "./clean.ts";
import type { Offer } from "./offer.ts";
import { tokensOf } from "./tokens.ts";

/** What part of the digest tells modules in full; names of the others take the rest. */
const IN_FULL = 0.75;

/** The most that one module takes of it: some have hundreds of functions. */
const SHARE = 0.12;

/** The project by relevance, in at most `tokens`: the modules that matter most in full, then names, then how many there are. */
export function digestOf(offer: Offer, tokens: number): string {
  const { modules, functions, project } = offer;
  const head = `${oneLine(project)}: ${modules.length} modules, ${functions.size} functions that can be watched`;
  const full = takeWhile(modules, (tokens - tokensOf(head)) * IN_FULL, (page) =>
    pageText(offer, page, tokens * SHARE),
  );
  const rest = modules.slice(full.length);
  const left = tokens - tokensOf([head, ...full].join("\n\n"));
  const names = takeWhile(rest, left - 40, briefText);
  const unnamed = rest.length - names.length;
  return [
    head,
    ...full,
    ...(names.length === 0 ? [] : [["Other modules:", ...names].join("\n")]),
    ...(unnamed === 0 ? [] : [`${unnamed} more modules: search_modules finds them.`]),
  ].join("\n\n");
}

/** What does not fit is not worked out. */
function takeWhile(
  pages: readonly ModulePage[],
  tokens: number,
  textOf: (page: ModulePage) => string,
): string[] {
  const texts: string[] = [];
  let used = 0;
  for (const page of pages) {
    const text = textOf(page);
    used += tokensOf(`${text}\n\n`);
    if (used > tokens) break;
    texts.push(text);
  }
  return texts;
}

export function briefText({ name, kinds, functions }: ModulePage): string {
  return `${oneLine(name)} (${kinds.join(", ")}; ${functions.length} functions)`;
}

/** A module: its functions with what each calls of the project, and the messages that it sends and takes. In `most` tokens, what matters most. */
export function pageText(offer: Offer, page: ModulePage, most: number): string {
  const { name, kinds, file, functions, messages, subscriptions } = page;
  const { relevance } = offer;
  const ordered = byScore(functions, (entry) => relevance.function(entry));
  const sent = byScore(messages, ({ message }) => relevance.text(message)).map(
    (each) => `  sends ${messageText(each)}`,
  );
  const topics = subscriptions.map(({ topic, text }) => `  subscribes to ${oneLine(topic ?? text, 80)}`);
  const traffic = [...new Set([...sent, ...topics])];
  const told = fitting(traffic, most / 3);
  const room = most - tokensOf(told.join("\n"));
  const texts = fitting(
    ordered.map((each) => functionText(offer, page, each)),
    room * 0.9,
  );
  const others = ordered.slice(texts.length).map((each) => `${oneLine(each.name)}/${each.arity ?? "?"}`);
  return [
    `${oneLine(name)} (${kinds.join(", ")}) ${oneLine(file)}`,
    ...texts,
    ...(others.length === 0 ? [] : [`  and ${someOf(others, 30)}`]),
    ...told,
    ...(told.length === traffic.length
      ? []
      : [`  and ${traffic.length - told.length} more messages: messages_of`]),
  ].join("\n");
}

/** The greatest first; of equal ones the order stays. */
function byScore<T>(all: readonly T[], scoreOf: (one: T) => number): T[] {
  return all
    .map((one) => ({ one, score: scoreOf(one) }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ one }) => one);
}

function fitting(texts: readonly string[], tokens: number): readonly string[] {
  let used = 0;
  const over = texts.findIndex((text) => (used += tokensOf(`${text}\n`)) > tokens);
  return over === -1 ? texts : texts.slice(0, over);
}

export function functionText(offer: Offer, { name: module }: ModulePage, entry: FunctionEntry): string {
  const id = `${module}.${entry.name}/${entry.arity ?? "?"}`;
  const calls = [...(offer.callees.get(id) ?? [])].map((target) => oneLine(target, 80));
  const notes = [
    offer.functions.has(id) ? entry.visibility : "cannot be watched",
    entry.callback_of.length === 0 ? "" : `callback of ${entry.callback_of.join(", ")}`,
    entry.clauses.length > 1 ? `${entry.clauses.length} clauses` : "",
    calls.length === 0 ? "" : `calls ${someOf(calls, 12)}`,
  ];
  const written = entry.clauses.filter(({ body }) => body).map(({ head }) => oneLine(head, 100));
  const heads = byScore(written, (head) => offer.relevance.text(head));
  const shapes = entry.callback_of.length === 0 ? "" : `: ${someOf(heads, 12)}`;
  return `  ${oneLine(entry.name)}/${entry.arity ?? "?"} [${notes.filter(Boolean).join("; ")}]${shapes}`;
}

/** `{:add, _, _} by GenServer.cast from Shop.Cart.add/2 to Shop.CartServer, taken by Shop.CartServer.handle_cast/2`. */
export function messageText(message: ModulePage["messages"][number]): string {
  const { from, by, to, taken_by: takers } = message;
  const target = to.topic ?? to.modules?.join(", ") ?? to.text;
  const taken = [...new Set(takers.map((taker) => taker.function + (taker.maybe ? " (maybe)" : "")))];
  return [
    `${oneLine(message.message, 100)} by ${oneLine(by, 60)} from ${oneLine(from, 100)} to ${oneLine(target, 80)}`,
    ...(taken.length === 0
      ? []
      : [
          `taken by ${someOf(
            taken.map((each) => oneLine(each, 100)),
            6,
          )}`,
        ]),
  ].join(", ");
}

export function someOf(texts: readonly string[], most: number): string {
  const rest = texts.length - most;
  return [...texts.slice(0, most), ...(rest > 0 ? [`… ${rest} more`] : [])].join(", ");
}
