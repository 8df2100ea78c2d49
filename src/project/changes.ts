import type fs from "node:fs";
import { join } from "node:path";
import { treeCollision } from "../errors.ts";
import { statAt } from "./disk.ts";
import { isBuildStamp, type Item } from "./items.ts";
import type { Entries } from "./marker.ts";
import { namesBelow, placesIn, type Places } from "./places.ts";

/** What separates the tree on disk from the wanted one. */
export interface Changes {
  readonly puts: readonly {
    readonly path: string;
    readonly item: Item;
    readonly before: string | undefined;
  }[];
  readonly folders: readonly string[];
  /** Empty folders that are there, and that a removal of what they held would take along. */
  readonly standing: readonly string[];
  readonly removes: readonly string[];
  /** What the marker says afterwards. */
  readonly entries: Entries;
  readonly unchanged: number;
}

interface Comparison {
  readonly out: string;
  readonly before: Entries;
  readonly wanted: ReadonlyMap<string, Item>;
  readonly places: Places;
}

/** Only reads. Throws where something that escope did not write stands in the way. */
export function findChanges(out: string, before: Entries, wanted: ReadonlyMap<string, Item>): Changes {
  const places = placesIn(out, (path) => Object.hasOwn(before, path) && !wanted.has(path));
  const comparison = { out, before, wanted, places };
  const changes = {
    puts: [] as Changes["puts"][number][],
    folders: [] as string[],
    removes: goneFrom(comparison),
  };
  const entries: Record<string, string> = keptBuilds(comparison);
  const standing: string[] = [];
  let unchanged = 0;
  for (const [path, item] of wanted) {
    const old = ownStamp(comparison, path);
    const there = places.statOf(path);
    const holds = there !== null && item.holds(join(out, path), there, old);
    if (!(holds && item.kind === "build" && old === undefined)) entries[path] = item.stamp;
    if (holds) {
      unchanged += 1;
      if (item.kind === "folder") standing.push(path);
    } else addChange(comparison, changes, { path, item, before: old }, there);
  }
  return { ...changes, standing, entries, unchanged };
}

function ownStamp({ before }: Comparison, path: string): string | undefined {
  return Object.hasOwn(before, path) ? before[path] : undefined;
}

function addChange(
  comparison: Comparison,
  changes: { puts: Changes["puts"][number][]; folders: string[]; removes: string[] },
  put: Changes["puts"][number],
  there: fs.Stats | null,
): void {
  refuseCollision(comparison, put, there);
  if (put.item.kind !== "folder") changes.puts.push({ ...put, before: put.before ?? foreignStamp(there) });
  else {
    if (there !== null) changes.removes.push(put.path);
    changes.folders.push(put.path);
  }
}

/** No stamp of escope's, and yet something was there: what comes in its place counts as changed now. */
function foreignStamp(there: fs.Stats | null): string | undefined {
  return there === null ? undefined : "";
}

/** A build is one thing: Mix may have written into it, and goes with it. What lies in `deps` is Mix's likewise. */
export function isReplacedWhole({ path, item, before }: Changes["puts"][number]): boolean {
  if (before === undefined) return false;
  return path.startsWith("deps/") || item.kind === "build" || isBuildStamp(before);
}

/**
 * What escope wrote, it may replace; a folder only where all that is in it goes. A file that was made in the tree gives way
 * to the project's own of that name, as a compile step writes it on both sides.
 */
function refuseCollision(comparison: Comparison, put: Changes["puts"][number], there: fs.Stats | null): void {
  const { path, item, before } = put;
  if (there === null || path.startsWith("deps/") || isReplacedWhole(put)) return;
  if (there.isFile() && (item.kind === "text" || item.kind === "copy")) return;
  const foreign = there.isDirectory() ? foreignIn(comparison, path) : before === undefined ? path : null;
  if (foreign !== null) throw treeCollision(comparison.out, foreign);
}

/** A file below `dir` that stays; null where the folder will be empty once all removals are done. */
function foreignIn(comparison: Comparison, dir: string): string | null {
  for (const { path, isFolder } of namesBelow(comparison.out, dir)) {
    const foreign = isFolder ? foreignIn(comparison, path) : isGoing(comparison, path) ? null : path;
    if (foreign !== null) return foreign;
  }
  return null;
}

function isGoing(comparison: Comparison, path: string): boolean {
  const stamp = ownStamp(comparison, path);
  return stamp !== undefined && !comparison.wanted.has(path) && !isBuildStamp(stamp);
}

/** Formerly written and no longer wanted, as far as it is still what escope wrote. */
function goneFrom(comparison: Comparison): string[] {
  return Object.keys(comparison.before).filter(
    (path) =>
      isGoing(comparison, path) &&
      isKind(ownStamp(comparison, path) ?? "", comparison.places.ownStatOf(path)),
  );
}

function isKind(stamp: string, there: fs.Stats | null): boolean {
  if (there === null) return false;
  if (stamp === "folder") return there.isDirectory();
  return stamp.startsWith("link ") ? there.isSymbolicLink() : there.isFile();
}

/** A build stays when the original's is cleaned away: Mix in the tree still needs it. */
function keptBuilds({ before, out }: Comparison): Record<string, string> {
  const kept = Object.entries(before).filter(
    ([path, stamp]) => isBuildStamp(stamp) && statAt(join(out, path)) !== null,
  );
  return Object.fromEntries(kept);
}
