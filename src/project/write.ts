import { join } from "node:path";
import { EscopeError, treeNotWritable } from "../errors.ts";
import { type Changes, findChanges } from "./changes.ts";
import { codeOf, existingFolder, makeFolders, pruneFolders, statAt } from "./disk.ts";
import type { Item } from "./items.ts";
import { completeJournal, dropWork, isAtRest, stageChanges, writeJournal } from "./journal.ts";
import { withLock } from "./lock.ts";
import { formatMarker, journalPath } from "./marker.ts";
import type { Project } from "./open.ts";
import { treeFolder } from "./out.ts";
import { readTree, type Tree } from "./tree.ts";
import { type TreePlan, wantedItems } from "./wanted.ts";

/** How many paths of the tree were made new, left alone and taken away. */
export interface Written {
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

/** Makes the tree on disk what the plan says, as a whole or not at all. Where nothing differs, nothing is written. */
export function writeTree(project: Project, plan: TreePlan): Written {
  const out = treeFolder(project, plan.out);
  return orNotWritable(out, () => {
    const wanted = wantedItems(project, { ...plan, out });
    const seen = readTree(out);
    const changes = changesAtRest(out, seen, wanted);
    if (changes !== null && isNothing(seen, changes)) return summary(changes, false);
    return inFolder(out, () => withLock(out, () => commit(out, wanted, { seen, changes })));
  });
}

/** Null where only a look under the lock can tell: a commit was interrupted or may just be going on. */
function changesAtRest(out: string, seen: Tree, wanted: ReadonlyMap<string, Item>): Changes | null {
  if (!isAtRest(out)) return null;
  try {
    return findChanges(out, seen.entries, wanted);
  } catch (error) {
    if (error instanceof EscopeError || codeOf(error) !== "") return null;
    throw error;
  }
}

function isNothing(tree: Tree, { puts, folders, removes, entries }: Changes): boolean {
  return puts.length + folders.length + removes.length === 0 && formatMarker(entries) === tree.text;
}

interface FirstLook {
  readonly seen: Tree;
  readonly changes: Changes | null;
}

/** The first look, taken without the lock, holds when the marker is still the same: every change of escope's alters it. */
function commit(out: string, wanted: ReadonlyMap<string, Item>, { seen, changes }: FirstLook): Written {
  completeJournal(out);
  const tree = readTree(out);
  const todo = changes !== null && tree.text === seen.text ? changes : findChanges(out, tree.entries, wanted);
  if (isNothing(tree, todo)) return summary(todo, false);
  decide(out, todo);
  completeJournal(out);
  return summary(todo, true);
}

/** Until the journal is whole, a failure leaves the tree as it was. */
function decide(out: string, changes: Changes): void {
  try {
    writeJournal(out, stageChanges(out, changes));
  } catch (error) {
    dropWork(out);
    throw error;
  }
}

function summary({ puts, folders, removes, unchanged }: Changes, done: boolean): Written {
  return { written: done ? puts.length + folders.length : 0, unchanged, removed: done ? removes.length : 0 };
}

/** A tree that could not even be begun leaves no folder behind. */
function inFolder<T>(out: string, work: () => T): T {
  const inner = join(out, ".escope");
  const before = existingFolder(inner);
  try {
    makeFolders(inner);
    return work();
  } catch (error) {
    pruneFolders(inner, before);
    throw error;
  }
}

const systemCodes: ReadonlySet<string> = new Set(
  "EACCES EBUSY EDQUOT EFBIG EIO ELOOP EMFILE ENAMETOOLONG ENFILE ENOSPC ENOTDIR EPERM EROFS".split(" "),
);

/** What the disk refuses is the surroundings' fault; any other error is a bug and goes through. */
function orNotWritable<T>(out: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EscopeError || !systemCodes.has(codeOf(error))) throw error;
    throw treeNotWritable(out, codeOf(error), hasJournal(out), error);
  }
}

function hasJournal(out: string): boolean {
  try {
    return statAt(join(out, journalPath)) !== null;
  } catch {
    return false;
  }
}
