import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planLockMisfit, planLockMissing, planLockUnreadable, planLockUnwritable } from "../../errors.ts";
import {
  isOutdated,
  LOCK_FILE,
  lockText,
  misfits,
  readLock,
  type Offer,
  type PlanLock,
} from "../../planner/index.ts";

/** The lock, where it fits. Errors: PLAN_LOCK_MISSING, PLAN_LOCK_UNREADABLE, PLAN_LOCK_MISFIT. */
export function frozenLock(
  root: string,
  offer: Offer,
  asked: Parameters<typeof misfits>[2],
): { readonly lock: PlanLock; readonly outdated: boolean } {
  const file = join(root, LOCK_FILE);
  if (!existsSync(file)) throw planLockMissing(file);
  const lock = readLock(read(file));
  if (typeof lock === "string") throw planLockUnreadable(file, lock);
  const problems = misfits(lock, offer, asked);
  if (problems.length > 0) throw planLockMisfit(file, problems);
  return { lock, outdated: isOutdated(lock, offer) };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw planLockUnreadable(file, (error as Error).message);
  }
}

/** Whole, or not at all. Error: PLAN_LOCK_UNWRITABLE. */
export function writeLock(file: string, lock: PlanLock): void {
  const fresh = `${file}.${process.pid}`;
  try {
    writeFileSync(fresh, lockText(lock));
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw planLockUnwritable(file, error);
  }
}
