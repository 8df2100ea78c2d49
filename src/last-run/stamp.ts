import fs from "node:fs";

/** The clock of a file system may be this much behind: what changed later than that may change again under the same time. */
const GRAIN_NS = 100_000_000n;

/** Differs after everything that can happen to what stands at `path`, a link not followed; `-` where nothing does. */
export function stampAt(path: string): string {
  const there = statOrNull(path);
  if (there === null) return "-";
  const { mode, size, mtimeNs, ctimeNs, ino } = there;
  return `${mode} ${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

/**
 * Whether what has this stamp may change once more without a change of its stamp: it was changed only just now, or, by a
 * clock that jumped, later than now. The time of the last change to anything about a file counts: nobody can set it.
 */
export function isFresh(stamp: string, now: number): boolean {
  const changed = stamp.split(" ")[3];
  return changed !== undefined && BigInt(changed) > BigInt(now) * 1_000_000n - GRAIN_NS;
}

/** What sort of thing stands at a place; `-` where nothing does. */
export function sortAt(path: string): string {
  const there = statOrNull(path);
  if (there === null) return "-";
  return String(Number(there.mode) & fs.constants.S_IFMT);
}

function statOrNull(path: string): fs.BigIntStats | null {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false, bigint: true }) ?? null;
  } catch {
    return null;
  }
}
