import { positionAt } from "../source.ts";
import type { SyntaxTree } from "./tree.ts";

/** Levels of a syntax tree that no text has which people write or programs print for them. */
const USUAL = 300;

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
