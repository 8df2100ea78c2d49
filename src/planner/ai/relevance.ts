import type { ModulePage } from "../../index/index.ts";

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

/** How much a module has to do with the question: what its names say, and what its neighbours' do. */
export function relevanceOf(pages: readonly ModulePage[], question: string): (page: ModulePage) => number {
  const words = wordsOf(question);
  const rarity = new Map(words.map((word) => [word, rarityOf(word, pages)]));
  let scores = new Map(pages.map((page) => [page.name, ownScore(page, rarity)]));
  const near = neighbours(pages);
  for (let step = 0; step < 2; step += 1) {
    const before = scores;
    scores = new Map(
      [...before].map(([name, score]) => [
        name,
        Math.max(
          score,
          NEAR * Math.max(0, ...[...(near.get(name) ?? [])].map((one) => before.get(one) ?? 0)),
        ),
      ]),
    );
  }
  return ({ name }) => scores.get(name) ?? 0;
}

/** A word that every module has says little. */
function rarityOf(word: string, pages: readonly ModulePage[]): number {
  const having = pages.filter((page) => allNames(page).some((name) => wordsOf(name).includes(word))).length;
  return having === 0 ? 0 : Math.log(1 + pages.length / having);
}

function allNames({ name, functions, messages }: ModulePage): string[] {
  return [name, ...functions.map((each) => each.name), ...messages.map(({ message }) => message)];
}

function ownScore(page: ModulePage, rarity: ReadonlyMap<string, number>): number {
  const sum = (texts: readonly string[]): number =>
    [...new Set(texts.flatMap(wordsOf))].reduce((total, word) => total + (rarity.get(word) ?? 0), 0);
  const live = page.kinds.some((kind) => kind !== "plain") ? 0.1 : 0;
  const shapes = [
    ...page.messages.map(({ message }) => message),
    ...page.handlers.map(({ accepts }) => accepts),
  ];
  return 3 * sum([page.name]) + 2 * sum(page.functions.map(({ name }) => name)) + sum(shapes) + live;
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
