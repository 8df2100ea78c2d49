import fs from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { outThroughLink } from "../errors.ts";
import { statAt } from "./disk.ts";

/** The project's own `.escope/`, made where it is missing: for what is no source of truth. It ignores itself for git. */
export function projectFolder(root: string): string {
  const dir = join(root, ".escope");
  if (statAt(dir)?.isSymbolicLink() === true) throw outThroughLink(dir, dir, null);
  fs.mkdirSync(dir, { recursive: true });
  const ignore = join(dir, ".gitignore");
  if (statAt(ignore) === null) fs.writeFileSync(ignore, "*\n", { flag: "wx" });
  return dir;
}

export function cacheDir(root: string): string {
  return join(root, ".escope", "cache");
}

export function recordingsDir(root: string): string {
  return join(root, ".escope", "recordings");
}

/** Makes a folder for one recording. Names sort by time (UTC); the end tells two of one second apart. */
export function newRecordingDir(root: string, now: Date): string {
  projectFolder(root);
  const time = now.toISOString().slice(0, 19).replaceAll(":", "-");
  const dir = join(recordingsDir(root), `${time}-${randomBytes(2).toString("hex")}`);
  fs.mkdirSync(recordingsDir(root), { recursive: true });
  fs.mkdirSync(dir);
  return dir;
}
