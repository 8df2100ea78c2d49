import { MagicString } from "magic-string";
import type { Edit } from "./edits.ts";

/** `text` with all `edits` in it. Deleting the insertions gives `text` back. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const magic = new MagicString(text);
  for (const edit of edits) magic.appendLeft(edit.at, edit.text);
  return magic.toString();
}
