import { readdirSync, rmdirSync } from "node:fs";
import { dropsOf, openRecording } from "../collector/index.ts";
import { countText, dropsText } from "./trace/units.ts";

/** What to say about a recording that just ended: how much it holds, what was lost, how to look at it. */
export function recordingSummary(folder: string, shown: string): string {
  if (readdirSync(folder).length === 0) {
    rmdirSync(folder);
    return "nothing was recorded: no instrumented application was started";
  }
  const recording = openRecording(folder);
  const events = recording.vms.reduce((sum, vm) => sum + Number(vm.info?.events ?? 0), 0);
  const drops = dropsText(dropsOf(recording));
  const lost = drops === null ? "" : `, lost: ${drops}`;
  const isCut = recording.vms.some(({ info }) => info !== null && info.ended === null);
  if (events === 0 && isCut)
    return `recorded no event that is known of${lost} in ${shown}: its VM was killed before the recorder had written what it held; what is there shows in escope trace show ${shown}`;
  if (events === 0)
    return `recorded no event${lost} in ${shown}: no probed function ran, or its VM was halted at once`;
  return `recorded ${countText(events, "event")}${lost} in ${shown}\nlook at it: escope trace show ${shown}`;
}
