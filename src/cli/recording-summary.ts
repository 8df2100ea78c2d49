import { readdirSync, rmdirSync } from "node:fs";
import { openRecording } from "../collector/index.ts";
import { counted } from "./summary.ts";

/** What to say about a recording that just ended: how much it holds, what was lost, how to look at it. */
export function recordingSummary(folder: string, shown: string): string {
  if (readdirSync(folder).length === 0) {
    rmdirSync(folder);
    return "nothing was recorded: no instrumented application was started";
  }
  const { vms } = openRecording(folder);
  const events = vms.reduce((sum, vm) => sum + Number(vm.info?.events ?? 0), 0);
  const drops = vms
    .flatMap((vm) => Object.entries(vm.info?.drops ?? {}))
    .filter(([, count]) => Number(count) > 0);
  const lost =
    drops.length === 0 ? "" : `, lost: ${drops.map(([reason, count]) => `${reason} ${count}`).join(", ")}`;
  if (events === 0)
    return `recorded no event${lost} in ${shown}: no probed function ran, or its VM was halted at once`;
  return `recorded ${counted(events, "event")}${lost} in ${shown}\nlook at it: escope trace show ${shown}`;
}
