import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { treeCollision } from "../errors.ts";
import { type Changes, isReplacedWhole } from "./changes.ts";
import { isFolder, pruneFolders, removeEmptyFolder, statAt, writeDurably } from "./disk.ts";
import {
  formatJournal,
  formatMarker,
  journalPath,
  lockPath,
  markerPath,
  readJournal,
  stagingPath,
  type Putting,
  type Step,
} from "./marker.ts";
import { makeParents } from "./places.ts";

/** Lays all new contents ready below `.escope/staging/`. Nothing of the tree itself changes. */
export function stageChanges(out: string, changes: Changes): Step[] {
  const staging = join(out, stagingPath);
  fs.rmSync(staging, { recursive: true, force: true });
  fs.mkdirSync(staging);
  changes.puts.forEach(({ item, before }, index) => item.stage(join(staging, String(index)), before));
  fs.writeFileSync(join(staging, "tree.json"), formatMarker(changes.entries), { flag: "wx" });
  return stepsOf(changes);
}

/** Removals first: a file may become a folder. The marker last: until then, the former one tells what is escope's. */
function stepsOf({ removes, folders, standing, puts }: Changes): Step[] {
  return [
    ...removes.map((path) => ["remove", path] as const),
    ...[...folders, ...(removes.length === 0 ? [] : standing)].map((path) => ["folder", path] as const),
    ...puts.map(putStep),
    ["put", "tree.json", markerPath],
  ];
}

function putStep(put: Changes["puts"][number], index: number): Step {
  return [isReplacedWhole(put) ? "replace" : "put", String(index), put.path];
}

/** From here on the new tree is decided: whoever runs next completes it. */
export function writeJournal(out: string, steps: readonly Step[]): void {
  writeDurably(join(out, journalPath), formatJournal(steps));
}

/** Whether nobody writes to the tree, and nobody who did was interrupted; one who took the lock may have left its draft. */
export function isAtRest(out: string): boolean {
  const names = namesIn(dirname(join(out, lockPath)));
  return [journalPath, stagingPath, lockPath].every(
    (path) => !names.some((name) => name.startsWith(basename(path))),
  );
}

function namesIn(dir: string): string[] {
  return statAt(dir) === null ? [] : fs.readdirSync(dir);
}

/** Completes the commit that the journal holds, and drops a staging that no journal speaks of. */
export function completeJournal(out: string): void {
  const known = new Set<string>();
  for (const step of readJournal(out) ?? []) doStep(out, step, known);
  dropWork(out);
}

/** The journal first: without its staging it would be a wrong one. */
export function dropWork(out: string): void {
  for (const path of [journalPath, `${journalPath}.new`, stagingPath]) {
    fs.rmSync(join(out, path), { recursive: true, force: true });
  }
}

function doStep(out: string, step: Step, known: Set<string>): void {
  switch (step[0]) {
    case "remove":
      return removePath(out, step[1]);
    case "folder":
      return makeParents(out, `${step[1]}/`, known);
    default:
      return putStaged(out, step, known);
  }
}

function removePath(out: string, path: string): void {
  const parent = deepestFolder(out, path);
  const at = join(out, path);
  const there = parent === dirname(at) ? statAt(at) : null;
  if (there?.isDirectory() === true) removeEmptyFolder(at);
  else if (there !== null) fs.unlinkSync(at);
  pruneFolders(parent, out);
}

/** The last folder on the way to `path` that can be reached without a link. */
function deepestFolder(out: string, path: string): string {
  let at = out;
  for (const part of path.split("/").slice(0, -1)) {
    if (!isFolder(join(at, part))) return at;
    at = join(at, part);
  }
  return at;
}

/** What is no longer staged was put in place before the interruption. */
function putStaged(out: string, [kind, number, path]: Putting, known: Set<string>): void {
  const from = join(out, stagingPath, number);
  if (statAt(from) === null) return;
  makeParents(out, path, known);
  const at = join(out, path);
  const there = statAt(at);
  if (there !== null && kind === "replace") fs.renameSync(at, `${from}.old`);
  else if (there?.isDirectory() === true && !removeEmptyFolders(at)) throw treeCollision(out, path);
  fs.renameSync(from, at);
}

function removeEmptyFolders(dir: string): boolean {
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    if (!entry.isDirectory() || !removeEmptyFolders(join(dir, entry.name))) return false;
  }
  return removeEmptyFolder(dir);
}
