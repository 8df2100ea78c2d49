export { planProject, type Plan, type PlannedProbe, type Site, type Skip, type Unfollowed } from "./plan.ts";
