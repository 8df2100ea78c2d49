export { siteCandidate } from "./sites.ts";
export { wayBack, type Step, type Way } from "./way-back.ts";
export { readSubjects } from "./plan.ts";
export { planProject, type Plan, type PlannedProbe, type Site, type Skip, type Unfollowed } from "./plan.ts";
export type { PlannedConflict } from "./conflicts.ts";
export type { Idle } from "./idle.ts";
export { surroundingsOf, type Told } from "./surroundings.ts";
export { TailWalk } from "./tail-walk.ts";
export { mayTakeOver } from "./handovers.ts";
