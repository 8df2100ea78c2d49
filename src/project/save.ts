import fs from "node:fs";
import { join } from "node:path";
import { EscopeError } from "../errors.ts";
import { codeOf, statAt } from "./disk.ts";
import { isAtRest } from "./journal.ts";
import { withLock } from "./lock.ts";
import { lockPath } from "./marker.ts";
import { readTree } from "./tree.ts";

/**
 * Gives a file that escope wrote to the tree at `out` another text, whole or not at all. False where a whole run has to do
 * it: escope did not write the file, somebody else writes to the tree, or the disk refuses.
 */
export function saveInTree(out: string, path: string, text: string): boolean {
  const at = join(out, path);
  try {
    if (!isAtRest(out) || readTree(out).entries[path]?.startsWith("text ") !== true) return false;
    return withLock(out, () => replaceFile(out, at, text));
  } catch (error) {
    if (error instanceof EscopeError || codeOf(error) !== "") return false;
    throw error;
  }
}

/** Under a name that whoever takes the lock next sweeps away, should this process be ended meanwhile. */
function replaceFile(out: string, at: string, text: string): boolean {
  const there = statAt(at);
  if (there?.isFile() !== true) return false;
  const fresh = `${join(out, lockPath)}.${process.pid}.save`;
  try {
    fs.writeFileSync(fresh, text, { flag: "wx", mode: there.mode & 0o777 });
    fs.renameSync(fresh, at);
  } finally {
    fs.rmSync(fresh, { force: true });
  }
  return true;
}
