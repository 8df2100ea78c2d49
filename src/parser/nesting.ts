import type { ClauseInfo } from "./facts.ts";
import { positionAt } from "../source.ts";
import type { Node, SyntaxTree } from "./tree.ts";

/** Levels of a syntax tree that no text has which people write or programs print for them. */
const USUAL = 300;

/** What a clause's code says, besides its head. */
export type Code = Pick<
  ClauseInfo,
  "callsItself" | "tails" | "macroEnds" | "gives" | "closures" | "injected" | "forms" | "sites"
>;

/** Of a clause that is nested too deeply: it may end in anything. */
export const UNREAD_CODE: Code = {
  callsItself: true,
  tails: { calls: [], open: [{ kind: "function", arity: undefined }] },
  macroEnds: { any: true, places: [], pipes: true, through: [] },
  gives: undefined,
  closures: [],
  injected: [],
  forms: [],
  sites: [],
};

/** Why a clause is left as it is. */
export const TOO_DEEP = "it is nested too deeply to be read";

/** What `read` gives; undefined where something is nested so deeply that following it exhausts the stack. */
export function unlessTooDeep<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError && error.message.includes("call stack")) return undefined;
    throw error;
  }
}

/** Where a text that is nested too deeply begins to be. */
export function deepPlace({ root, source }: SyntaxTree): { readonly line: number; readonly column: number } {
  const open: { node: Node; depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth === USUAL) return positionAt(source.text, node.startIndex);
    for (const child of node.children.toReversed()) open.push({ node: child, depth: depth + 1 });
  }
  return positionAt(source.text, 0);
}
