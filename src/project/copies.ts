import fs from "node:fs";
import { join } from "node:path";
import { type Mirror, mirrorTarget } from "./links.ts";

/** A copy that shares its blocks where the file system can, with the original's mode and time. */
export function copyFile(from: string, to: string): void {
  fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
  copyTimes(from, to);
}

/**
 * Copies a whole folder with all its times, but for the `skipped` paths in it; its links hold in the tree as they did in
 * the original.
 */
export function copyFolder(mirror: Mirror, path: string, to: string, skipped: readonly string[] = []): void {
  copyInner(mirror, path, to, new Set(skipped.map((inner) => `${path}/${inner}`)));
}

function copyInner(mirror: Mirror, path: string, to: string, skipped: ReadonlySet<string>): void {
  const from = join(mirror.root, path);
  fs.mkdirSync(to);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const inner = `${path}/${entry.name}`;
    if (!skipped.has(inner)) copyEntry(mirror, entry, inner, join(to, entry.name), skipped);
  }
  copyTimes(from, to);
}

function copyEntry(
  mirror: Mirror,
  entry: fs.Dirent,
  path: string,
  to: string,
  skipped: ReadonlySet<string>,
): void {
  const from = join(mirror.root, path);
  if (entry.isDirectory()) copyInner(mirror, path, to, skipped);
  else if (entry.isSymbolicLink()) fs.symlinkSync(mirrorTarget(mirror, path, fs.readlinkSync(from)), to);
  else if (entry.isFile()) copyFile(from, to);
}

function copyTimes(from: string, to: string): void {
  const { atimeMs, mtimeMs } = fs.statSync(from);
  fs.utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
}
