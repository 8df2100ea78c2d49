import fs from "node:fs";
import { hash } from "node:crypto";
import { dirname, join } from "node:path";
import { isWithin } from "./paths.ts";

/** What stands at `path` itself, a link not followed; null where nothing does. */
export function statAt(path: string): fs.Stats | null {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

/** The same with times in nanoseconds, for stamps. */
export function exactStatAt(path: string): fs.BigIntStats | null {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false, bigint: true }) ?? null;
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

export function isFolder(path: string): boolean {
  return statAt(path)?.isDirectory() === true;
}

/** The names in a folder, sorted; none where there is no folder. */
export function namesIn(dir: string): string[] {
  try {
    return fs.readdirSync(dir).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return [];
    throw error;
  }
}

/** One hash over the times of some paths below `dir`. */
export function stampOf(dir: string, paths: readonly string[]): string {
  const times = paths.map((path) => `${path} ${exactStatAt(join(dir, path))?.mtimeNs ?? "-"}`);
  return hash("sha1", times.join("\n"));
}

/** The text of a regular file; null where there is none, or none any more. A link is not followed: it may lead anywhere. */
export function readOwnFile(path: string): string | null {
  if (statAt(path)?.isFile() !== true) return null;
  try {
    return fs.readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** The system's code of an error (`ENOENT`), or an empty string. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** Writes a file that only appears whole, under a name that nobody else uses meanwhile. */
export function writeDurably(path: string, text: string): void {
  const fresh = `${path}.new`;
  fs.rmSync(fresh, { force: true });
  const handle = fs.openSync(fresh, "wx");
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(fresh, path);
  syncFolder(dirname(path));
}

/** Some systems refuse to sync a folder; the rename is then as durable as they make it. */
function syncFolder(path: string): void {
  const handle = fs.openSync(path, "r");
  try {
    fs.fsyncSync(handle);
  } catch (error) {
    if (!["EINVAL", "EPERM", "EISDIR"].includes(codeOf(error))) throw error;
  } finally {
    fs.closeSync(handle);
  }
}

/** Step by step, as Node's recursive way says ENOENT for what a disk refuses. Another process may be as far. */
export function makeFolders(path: string): void {
  if (fs.existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    fs.mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** `path`, or the nearest folder above that exists. */
export function existingFolder(path: string): string {
  return fs.existsSync(path) ? path : existingFolder(dirname(path));
}

/** Removes empty folders from `dir` upwards, up to and without `top`. */
export function pruneFolders(dir: string, top: string): void {
  for (let at = dir; at !== top && isWithin(at, top); at = dirname(at)) {
    if (!removeEmptyFolder(at)) return;
  }
}

/** False where the folder still holds something or is no folder. */
export function removeEmptyFolder(path: string): boolean {
  try {
    fs.rmdirSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return true;
    if (["ENOTEMPTY", "EEXIST", "ENOTDIR", "EBUSY"].includes(codeOf(error))) return false;
    throw error;
  }
}
