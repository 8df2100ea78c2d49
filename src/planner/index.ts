export { planProject, type Plan, type PlannedProbe, type Site, type Skip } from "./plan.ts";
