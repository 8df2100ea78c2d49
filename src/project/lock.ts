import fs from "node:fs";
import { dirname, join } from "node:path";
import { treeLocked } from "../errors.ts";
import { codeOf, readOwnFile } from "./disk.ts";
import { isLiving, startOf, staysLiving } from "./living.ts";
import { lockPath } from "./marker.ts";

/** Runs `work` while no other escope process writes to the tree at `out`. */
export function withLock<T>(out: string, work: () => T): T {
  const path = join(out, lockPath);
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  if (!take(path, own)) takeOver(out, path, own);
  try {
    sweep(out);
    return work();
  } finally {
    fs.rmSync(path, { force: true });
  }
}

/** A link appears with its content, or not at all. */
function take(path: string, own: string): boolean {
  const fresh = `${path}.${process.pid}`;
  fs.rmSync(fresh, { force: true });
  try {
    fs.writeFileSync(fresh, own, { flag: "wx" });
    fs.linkSync(fresh, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(fresh, { force: true });
  }
}

/** What processes left that died while they took the lock. */
function sweep(out: string): void {
  const dir = dirname(join(out, lockPath));
  for (const name of fs.readdirSync(dir)) {
    const pid = /^lock\.(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !isLiving(pid)) fs.rmSync(join(dir, name), { force: true });
  }
}

/** A lock that is gone by now was released, not left: only one that was seen to be dead is taken away. */
function takeOver(out: string, path: string, own: string): void {
  const seen = readOwnFile(path);
  refuseLiving(out, seen);
  if (seen !== null) removeDead(out, path, seen);
  if (!take(path, own)) throw treeLocked(out, pidOf(readOwnFile(path)));
}

/** The renaming has one winner. Whoever caught a lock that was taken meanwhile gives it back. */
function removeDead(out: string, path: string, seen: string): void {
  const stale = `${path}.${process.pid}.stale`;
  try {
    fs.renameSync(path, stale);
    const caught = readOwnFile(stale);
    if (caught === seen) return;
    fs.linkSync(stale, path);
    throw treeLocked(out, pidOf(caught));
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes(codeOf(error))) throw error;
  } finally {
    fs.rmSync(stale, { force: true });
  }
}

/** Who has a lock. */
export interface Holder {
  readonly pid: string;
  /** Whether that process still lives: else the next run takes the lock over. */
  readonly living: boolean;
}

/** Who has the lock of a tree; null for nobody. */
export function lockHolder(out: string): Holder | null {
  const lock = readOwnFile(join(out, lockPath));
  return lock === null ? null : { pid: pidOf(lock), living: isLiving(lock) };
}

function refuseLiving(out: string, lock: string | null): void {
  if (lock !== null && staysLiving(lock)) throw treeLocked(out, pidOf(lock));
}

function pidOf(lock: string | null): string {
  return lock?.split(" ")[0] ?? "?";
}
