import fs from "node:fs";
import { hash } from "node:crypto";
import { join } from "node:path";
import { type Build, placeBound } from "./builds.ts";
import { copyFile, copyFolder } from "./copies.ts";
import { remade } from "./dependencies.ts";
import { exactStatAt, statAt } from "./disk.ts";
import type { Mirror } from "./links.ts";

/** What one path of the tree shall be. */
export interface Item {
  readonly kind: "text" | "copy" | "link" | "folder" | "build";
  /** Equal stamps mean that escope would write the same again. */
  readonly stamp: string;
  /** Whether what stands at `at` needs no writing; `before` is the stamp of what escope wrote there last. */
  holds(at: string, there: fs.Stats, before: string | undefined): boolean;
  /** Makes the item at a place where nothing is. `before` as above. */
  stage(at: string, before: string | undefined): void;
}

export function textItem(root: string, path: string, text: string): Item {
  const length = Buffer.byteLength(text);
  const original = statAt(join(root, path));
  const mode = original?.isFile() === true ? original.mode & 0o777 : 0o644;
  return {
    kind: "text",
    stamp: `text ${length} ${hash("sha1", text)}`,
    // The bytes are not kept: those of all files together are as large as the tree.
    holds: (at, there) =>
      there.isFile() && there.size === length && fs.readFileSync(at).equals(Buffer.from(text)),
    stage: (at) => fs.writeFileSync(at, text, { flag: "wx", mode }),
  };
}

/**
 * A file as the original has it. While the original stays, the tree's copy is the application's to change; one that was
 * made in the tree itself stays as long as it is newer than the original's. Null where the original has gone since it was
 * listed.
 */
export function copyItem(root: string, path: string): Item | null {
  const from = join(root, path);
  const original = exactStatAt(from);
  if (original?.isFile() !== true) return null;
  const stamp = `copy ${original.mtimeNs} ${original.size} ${(original.mode & 0o7777n).toString(8)}`;
  return {
    kind: "copy",
    stamp,
    holds: (at, there, before) =>
      there.isFile() &&
      (before === stamp || isNewer(there, original, before) || isSameFile(from, original, at, there)),
    stage: (at, before) => stageCopy(from, at, before),
  };
}

/**
 * The first copy keeps its time, so that Mix finds compiled dependencies newer than the configuration. A later one
 * counts as changed now: Mix may have compiled in the tree after the original was saved and before it came here.
 */
function stageCopy(from: string, at: string, before: string | undefined): void {
  copyFile(from, at);
  if (before === undefined) return;
  const now = new Date();
  fs.utimesSync(at, now, now);
}

function isNewer(there: fs.Stats, original: fs.BigIntStats, before: string | undefined): boolean {
  return before === undefined && there.mtimeMs > Number(original.mtimeNs) / 1e6;
}

function isSameFile(from: string, original: fs.BigIntStats, at: string, there: fs.Stats): boolean {
  if (Number(original.size) !== there.size || (Number(original.mode) & 0o777) !== (there.mode & 0o777))
    return false;
  return fs.readFileSync(from).equals(fs.readFileSync(at));
}

export function linkItem(target: string): Item {
  return {
    kind: "link",
    stamp: `link ${target}`,
    holds: (at, there) => there.isSymbolicLink() && fs.readlinkSync(at) === target,
    stage: (at) => fs.symlinkSync(target, at),
  };
}

export function folderItem(): Item {
  return { kind: "folder", stamp: "folder", holds: (_at, there) => there.isDirectory(), stage: () => {} };
}

/** What Mix made in the tree itself, or changed there since it was copied, stays until the original changes. */
export function isBuildStamp(stamp: string | undefined): boolean {
  return stamp?.startsWith("build ") === true;
}

export function buildItem(mirror: Mirror, { path, stamp: version }: Build): Item {
  const stamp = `build ${version}`;
  const fetched = path.startsWith("deps/");
  return {
    kind: "build",
    stamp,
    // What Mix fetched in the tree goes: the original's lock file is that of the tree.
    holds: (_at, there, before) =>
      there.isDirectory() && (before === stamp || (before === undefined && !fetched)),
    stage: (at) => copyFolder(mirror, path, at, fetched ? remade : placeBound),
  };
}
