import { oneLine } from "./clean.ts";
import { briefText, functionText, messageText, pageText, someOf } from "./digest.ts";
import type { ToolAbout, ToolCall } from "./model.ts";
import type { Offer } from "./offer.ts";
import { moduleOf, wordsOf } from "./relevance.ts";

/** A question to the index. It reads, and does nothing else. */
interface Tool {
  readonly about: ToolAbout;
  answer(offer: Offer, asked: string): string;
}

/** The most tokens of a module that is asked for; the conversation's room may be less. */
const IN_FULL = 2_400;

/** How many of what is found a tool tells. */
const MOST = 40;

const TOOLS: readonly Tool[] = [
  tool(
    "search_modules",
    "text",
    "Modules in whose names, functions or messages these words stand.",
    (offer, text) => {
      const words = wordsOf(text);
      const found = offer.modules
        .map((page) => ({ page, hits: hitsOf(page.name, page.functions, page.messages, words) }))
        .filter(({ hits }) => hits > 0)
        .toSorted((a, b) => b.hits - a.hits);
      return listed(
        found.map(({ page }) => briefText(page)),
        "no module has one of these words",
      );
    },
  ),
  tool(
    "functions_of",
    "module",
    "A module in full: its functions, what they call, its messages.",
    (offer, name) => {
      const page = offer.modules.find((each) => each.name === name);
      return page === undefined ? noModule(offer, name) : pageText(offer, page, IN_FULL);
    },
  ),
  tool("callers_of", "function", "The functions that call Module.function/arity.", (offer, id) =>
    listed([...(offer.callers.get(id) ?? [])], noneOf(offer, id, "no call of it is known")),
  ),
  tool(
    "callees_of",
    "function",
    "The functions of the project that Module.function/arity calls.",
    (offer, id) =>
      listed([...(offer.callees.get(id) ?? [])], noneOf(offer, id, "it calls nothing of the project")),
  ),
  tool(
    "messages_of",
    "module",
    "Messages that a module's functions send, and those that they take.",
    (offer, name) => {
      const found = offer.messages.filter(
        ({ from, taken_by: takers }) =>
          moduleOf(from) === name || takers.some((taker) => moduleOf(taker.function) === name),
      );
      return listed(found.map(messageText), "it sends and takes no message that is known");
    },
  ),
  tool(
    "takers_of",
    "message",
    "Who takes messages whose text has this in it, as :add or cart_updated.",
    (offer, text) => {
      const found = offer.messages.filter(({ message }) => message.includes(text));
      return listed(found.map(messageText), "no message that is known has this in it");
    },
  ),
];

const SOURCE: Tool = tool(
  "source_of",
  "function",
  "The source of Module.function/arity.",
  (offer, id) => offer.sourceOf?.(id) ?? noneOf(offer, id, "its source is not known"),
);

function tool(name: string, key: string, description: string, answer: Tool["answer"]): Tool {
  const properties = { [key]: { type: "string" } };
  const parameters = { type: "object", properties, required: [key], additionalProperties: false } as const;
  return { about: { name, description, parameters }, answer };
}

function toolsOf({ sourceOf }: Offer): readonly Tool[] {
  return sourceOf === undefined ? TOOLS : [...TOOLS, SOURCE];
}

/** What the model may ask of this offer. */
export function toolsFor(offer: Offer): ToolAbout[] {
  return toolsOf(offer).map(({ about }) => about);
}

export interface Answered {
  readonly text: string;
  readonly failed: boolean;
}

/** Answers a question to the index; one that it does not understand, too. */
export function answerCall(offer: Offer, { name, input }: ToolCall): Answered {
  const tools = toolsOf(offer);
  const asked = tools.find(({ about }) => about.name === name);
  if (asked === undefined)
    return failed(
      `there is no tool ${oneLine(name, 60)}: only ${tools.map(({ about }) => about.name).join(", ")}`,
    );
  const [key = ""] = asked.about.parameters.required;
  const value = argument(input, key);
  return value === undefined
    ? failed(`${name} takes an object with "${key}", a text`)
    : { text: asked.answer(offer, value.trim()), failed: false };
}

function failed(text: string): Answered {
  return { text, failed: true };
}

function argument(input: string, key: string): string | undefined {
  try {
    const value: unknown = JSON.parse(input);
    const asked =
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return typeof asked === "string" ? asked : undefined;
  } catch {
    return undefined;
  }
}

function hitsOf(
  name: string,
  functions: readonly { readonly name: string }[],
  messages: readonly { readonly message: string }[],
  words: readonly string[],
): number {
  const [own, inner] = [
    new Set(wordsOf(name)),
    new Set(
      [...functions.map((each) => each.name), ...messages.map(({ message }) => message)].flatMap(wordsOf),
    ),
  ];
  return words.reduce((sum, word) => sum + (own.has(word) ? 3 : 0) + (inner.has(word) ? 1 : 0), 0);
}

function listed(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const rest = texts.length - MOST;
  const lines = texts.slice(0, MOST).map((text) => oneLine(text, 400));
  return [...lines, ...(rest > 0 ? [`… ${rest} more`] : [])].join("\n");
}

function noModule({ modules }: Offer, name: string): string {
  const [last = ""] = name.split(".").slice(-1);
  const alike = modules.map((each) => each.name).filter((each) => last !== "" && each.includes(last));
  return `the index has no module ${oneLine(name, 100)}${alike.length === 0 ? "" : `; perhaps ${someOf(alike, 8)}`}`;
}

function noneOf(offer: Offer, id: string, none: string): string {
  const page = offer.modules.find(({ name }) => name === moduleOf(id));
  if (page === undefined) return noModule(offer, moduleOf(id));
  const found = page.functions.find((each) => `${page.name}.${each.name}/${each.arity}` === id);
  if (found !== undefined) return `${none}:\n${functionText(offer, page, found)}`;
  return `${page.name} has no such function, but ${someOf(
    page.functions.map((each) => `${each.name}/${each.arity}`),
    MOST,
  )}`;
}
