import fs from "node:fs";
import { join, resolve } from "node:path";
import { findChanges } from "./changes.ts";
import { existingFolder, statAt } from "./disk.ts";
import { isAtRest } from "./journal.ts";
import { type Holder, lockHolder } from "./lock.ts";
import { readJournal } from "./marker.ts";
import type { Project } from "./open.ts";
import { treeFolder } from "./out.ts";
import { readTree } from "./tree.ts";
import { type TreePlan, wantedItems } from "./wanted.ts";

/** How a tree lies there. */
export interface TreeState {
  /** Whether there is one at all. */
  readonly present: boolean;
  /** The user who owns it, by number; null where there is none. */
  readonly owner: number | null;
  /** Whether this user may write there, or where it would be made. */
  readonly writable: boolean;
  /** Who has the lock, or had it and died. */
  readonly lock: Holder | null;
  /** Whether a run was interrupted: the next one completes it. */
  readonly interrupted: boolean;
}

/** Errors: OUT_NOT_OURS for a folder with anything in it that escope did not begin. */
export function treeState(out: string): TreeState {
  const there = statAt(out);
  const present = Object.keys(readTree(out).entries).length > 0;
  const lock = there === null ? null : lockHolder(out);
  return {
    present,
    owner: there?.uid ?? null,
    writable: mayWrite(out),
    lock,
    interrupted: there !== null && !(lock?.living ?? false) && (readJournal(out) !== null || !isAtRest(out)),
  };
}

/** How many paths a run would write or take away. Only reads; throws as the run would. */
export function treeDifference(project: Project, plan: TreePlan): number {
  const out = treeFolder(project, plan.out);
  const { puts, folders, removes } = findChanges(
    out,
    readTree(out).entries,
    wantedItems(project, { ...plan, out }),
  );
  return puts.length + folders.length + removes.length;
}

/** Whether this user may write in a folder, or make it. */
export function mayWrite(folder: string): boolean {
  try {
    const there = existingFolder(folder);
    fs.accessSync(there, fs.constants.W_OK | fs.constants.X_OK);
    return fs.statSync(there).isDirectory();
  } catch {
    return false;
  }
}

/** Bytes that this user can still write where a folder is or would be, of all that are there: none where it is no disk, as in `/proc`. */
export function diskSpace(folder: string): { readonly free: number; readonly all: number } {
  const { bavail, blocks, bsize } = fs.statfsSync(existingFolder(folder));
  return { free: bavail * bsize, all: blocks * bsize };
}

/** What Mix fetched and compiled of the project's dependencies. */
export interface FetchedDependencies {
  /** The text of `mix.lock`; null where there is none. */
  readonly lock: string | null;
  /** Names in it. */
  readonly locked: readonly string[];
  /** Whether Mix has fetched the dependency of that name. */
  readonly isFetched: (name: string) => boolean;
  /** Environments with the number of applications compiled there. */
  readonly compiled: readonly { readonly env: string; readonly applications: number }[];
}

export function fetchedDependencies({ root }: Project): FetchedDependencies {
  const folder = resolve(root, process.env["MIX_DEPS_PATH"] ?? "deps");
  const lock = lockIn(root);
  return {
    lock,
    locked: lockedNames(lock ?? ""),
    isFetched: (name) => holdsAnything(join(folder, name)),
    compiled: compiledIn(root),
  };
}

function lockIn(root: string): string | null {
  const path = join(root, "mix.lock");
  return fs.statSync(path, { throwIfNoEntry: false })?.isFile() === true
    ? fs.readFileSync(path, "utf8")
    : null;
}

/** Mix writes `"name": {…}`, a line each; what stands within an entry has no tuple after a key. */
function lockedNames(lock: string): string[] {
  return [...lock.matchAll(/(?<![\w"])"?([a-z]\w*)"?:\s*\{/g)].map(([, name = ""]) => name);
}

/** What was interrupted, or cleaned, leaves an empty folder. */
function holdsAnything(folder: string): boolean {
  const isFolder = fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && fs.readdirSync(folder).length > 0;
}

function compiledIn(root: string): FetchedDependencies["compiled"] {
  const envs = fs.existsSync(join(root, "_build")) ? fs.readdirSync(join(root, "_build")).sort() : [];
  return envs.flatMap((env) => {
    const lib = join(root, "_build", env, "lib");
    if (!fs.existsSync(lib)) return [];
    const built = fs.readdirSync(lib).filter((name) => fs.existsSync(join(lib, name, "ebin")));
    return [{ env, applications: built.length }];
  });
}
