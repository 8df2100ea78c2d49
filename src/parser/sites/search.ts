import type { Node } from "../node.ts";
import { patternsByNode } from "../patterns/beginning.ts";
import { queriesByName, type CallQuery, type Pattern, type SiteQuery } from "./query.ts";

/** A query, less what one file cannot hold, and where in it the walk must look. */
export interface Search extends SiteQuery {
  /** Offsets of the words that every site holds one of; undefined where there are no such words. */
  readonly places: readonly number[] | undefined;
  readonly callsNamed: (name: string) => readonly CallQuery[];
  /** The patterns that may be found at a node. */
  readonly patternsAt: (node: Node) => readonly Pattern[];
}

/** Undefined where nothing of `query` can be in `text`. */
export function openSearch(text: string, query: SiteQuery): Search | undefined {
  if (query.nearly === true) return indexed(query, undefined);
  const calls = query.calls.filter(({ word }) => word === undefined || text.includes(word));
  const patterns = query.patterns.filter(({ words }) => words.every((word) => text.includes(word)));
  if (calls.length + patterns.length === 0) return undefined;
  const words = [...calls.map(({ word }) => word), ...patterns.map(longestWord)];
  return indexed({ calls, patterns }, placesOf(text, words));
}

function indexed(query: SiteQuery, places: readonly number[] | undefined): Search {
  return {
    ...query,
    places,
    callsNamed: queriesByName(query.calls),
    patternsAt: patternsByNode(query.patterns),
  };
}

function longestWord({ word }: Pattern): string | undefined {
  return word;
}

function placesOf(text: string, words: readonly (string | undefined)[]): number[] | undefined {
  const known = words.filter((word) => word !== undefined);
  if (known.length < words.length) return undefined;
  const any = new RegExp(
    known.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join("|"),
    "gu",
  );
  return [...text.matchAll(any)].map(({ index }) => index);
}

/** Whether something that is looked for may stand in `node`. */
export function mayHold({ places }: Search, node: Node): boolean {
  return places === undefined || contains(places, node);
}

/** Whether one of the `sorted` offsets lies in `node`. */
export function contains(sorted: readonly number[], node: Node): boolean {
  const { startIndex } = node;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < startIndex) low = middle + 1;
    else high = middle;
  }
  return (sorted[low] ?? Number.POSITIVE_INFINITY) < node.endIndex;
}
