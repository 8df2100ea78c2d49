import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { planLockMisfit, planLockMissing, planLockUnreadable } from "../../errors.ts";
import { isOutdated, LOCK_FILE, misfits, readLock, type Offer, type PlanLock } from "../../planner/index.ts";

/** The lock, where it fits. Errors: PLAN_LOCK_MISSING, PLAN_LOCK_UNREADABLE, PLAN_LOCK_MISFIT. */
export function frozenLock(
  root: string,
  offer: Offer,
  asked: Parameters<typeof misfits>[2],
): { readonly lock: PlanLock; readonly outdated: boolean } {
  const file = join(root, LOCK_FILE);
  if (!existsSync(file)) throw planLockMissing(file);
  const lock = readLock(readFileSync(file, "utf8"));
  if (typeof lock === "string") throw planLockUnreadable(file, lock);
  const problems = misfits(lock, offer, asked);
  if (problems.length > 0) throw planLockMisfit(file, problems);
  return { lock, outdated: isOutdated(lock, offer) };
}
