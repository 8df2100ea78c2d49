import type { FunctionEntry, ModulePage } from "../../index/index.ts";
import { oneLine } from "./clean.ts";
import type { Offer } from "./offer.ts";
import { tokensOf } from "./tokens.ts";

/** What part of the digest tells modules in full; names of the others take the rest. */
const IN_FULL = 0.75;

/** The project by relevance, in at most `tokens`: the modules that matter most in full, then names, then how many there are. */
export function digestOf(offer: Offer, tokens: number): string {
  const { modules, functions, project } = offer;
  const head = `${oneLine(project)}: ${modules.length} modules, ${functions.size} functions that can be watched`;
  const full = takeWhile(modules, (tokens - tokensOf(head)) * IN_FULL, (page) => pageText(offer, page));
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

/** A module: its functions with what each calls of the project, and the messages that it sends and takes. */
export function pageText(offer: Offer, page: ModulePage): string {
  const { name, kinds, file, functions, messages, subscriptions } = page;
  return [
    `${oneLine(name)} (${kinds.join(", ")}) ${oneLine(file)}`,
    ...functions.map((each) => functionText(offer, page, each)),
    ...new Set(messages.map((each) => `  sends ${messageText(each)}`)),
    ...new Set(subscriptions.map(({ topic, text }) => `  subscribes to ${oneLine(topic ?? text, 80)}`)),
  ].join("\n");
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
  const heads = entry.clauses.filter(({ body }) => body).map(({ head }) => oneLine(head, 100));
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
