import type { ClauseInfo } from "./facts.ts";
import { positionAt } from "../source.ts";
import type { SyntaxTree } from "./tree.ts";

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
  const cursor = root.walk();
  let depth = 0;
  let isOnward = true;
  while (isOnward && depth < USUAL) {
    if (cursor.gotoFirstChild()) depth += 1;
    else {
      while (!cursor.gotoNextSibling() && isOnward) {
        isOnward = cursor.gotoParent();
        depth -= 1;
      }
    }
  }
  const at = depth < USUAL ? 0 : cursor.startIndex;
  cursor.delete();
  return positionAt(source.text, at);
}
