import type { FunctionEntry, ModulePage } from "../../index/index.ts";

/** Words that a question has whatever it asks. */
const COMMON = new Set(
  "a an and any are as at be been but by can cannot could did do does doing for from get gets give given go goes had has have how i if in into is it its me my never no not of off on one or our out over say see should so some sometimes that the their them then there they this time to too up us use used very was we were what when where which while who why will with would you your".split(
    " ",
  ),
);

/** The words of a question that may name something: without endings, so that `loses items` finds `lose_item`. */
export function wordsOf(text: string): string[] {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return [...new Set(words.filter((word) => word.length > 1 && !COMMON.has(word)).map(stem))];
}

function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ies|ing|ed|es|s|y|e)$/, "") : word.replace(/s$/, "");
}

/** How much of one step along a call or message the next module gets. */
const NEAR = 0.35;

/** How much each has to do with a question. */
export interface Relevance {
  module(page: ModulePage): number;
  function(entry: FunctionEntry): number;
  /** Of a clause's head, or a message. */
  text(text: string): number;
}

/** What a module's names say, by the words of each. */
interface Words {
  readonly page: ModulePage;
  readonly own: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly shapes: ReadonlySet<string>;
}

/** By what the names say, and what those of the neighbours say. */
export function relevanceOf(pages: readonly ModulePage[], question: string): Relevance {
  const known = pages.map(wordsIn);
  const rarity = new Map(wordsOf(question).map((word) => [word, rarityOf(word, known)]));
  const near = neighbours(pages);
  const text = (said: string): number => sumOf(wordsOf(said), rarity);
  let scores = new Map(known.map((words) => [words.page.name, ownScore(words, rarity)]));
  for (let step = 0; step < 2; step += 1) scores = spread(scores, near);
  return {
    module: ({ name }) => scores.get(name) ?? 0,
    function: ({ name, callback_of: callbacks, clauses }) =>
      2 * text(name) + text(clauses.map(({ head }) => head).join(" ")) + (callbacks.length > 0 ? 1 : 0),
    text,
  };
}

function spread(
  scores: ReadonlyMap<string, number>,
  near: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, number> {
  const best = (name: string): number =>
    [...(near.get(name) ?? [])].reduce((most, one) => Math.max(most, scores.get(one) ?? 0), 0);
  return new Map([...scores].map(([name, score]) => [name, Math.max(score, NEAR * best(name))]));
}

/** A word that every module has says little. */
function rarityOf(word: string, known: readonly Words[]): number {
  const having = known.filter(
    ({ own, functions, shapes }) => own.has(word) || functions.has(word) || shapes.has(word),
  );
  return having.length === 0 ? 0 : Math.log(1 + known.length / having.length);
}

function wordsIn(page: ModulePage): Words {
  const shapes = [
    ...page.messages.map(({ message }) => message),
    ...page.handlers.map(({ accepts }) => accepts),
  ];
  return {
    page,
    own: new Set(wordsOf(page.name)),
    functions: new Set(page.functions.flatMap(({ name }) => wordsOf(name))),
    shapes: new Set(shapes.flatMap(wordsOf)),
  };
}

/** What is of a kind does more than a plain module, where the words say the same of both. */
function ownScore({ page, own, functions, shapes }: Words, rarity: ReadonlyMap<string, number>): number {
  const live = page.kinds.some((kind) => kind !== "plain") ? 0.1 : 0;
  return 3 * sumOf(own, rarity) + 2 * sumOf(functions, rarity) + sumOf(shapes, rarity) + live;
}

function sumOf(words: Iterable<string>, rarity: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const word of new Set(words)) sum += rarity.get(word) ?? 0;
  return sum;
}

function neighbours(pages: readonly ModulePage[]): Map<string, Set<string>> {
  const near = new Map(pages.map(({ name }) => [name, new Set<string>()]));
  const join = (a: string, b: string): void => {
    if (a === b) return;
    near.get(a)?.add(b);
    near.get(b)?.add(a);
  };
  for (const { name, calls, messages } of pages) {
    for (const { function: target } of calls) if (target !== null) join(name, moduleOf(target));
    for (const { taken_by: takers } of messages)
      for (const taker of takers) join(name, moduleOf(taker.function));
  }
  return near;
}

/** Of `Module.function/arity`: a function's name may have dots (operators), a segment of a module begins upper case. */
export function moduleOf(id: string): string {
  return /^(?:[A-Z:][\w:"-]*\.)*[A-Z:][\w:"-]*(?=\.)/.exec(id)?.[0] ?? id;
}
