import { readdirSync, rmdirSync } from "node:fs";
import { dropsOf, openRecording, PayloadReader, readSpans, type Recording } from "../collector/index.ts";
import { neverHeld, reasonOf } from "./empty-recording.ts";
import type { Io } from "./io.ts";
import { statsLines } from "./trace/index.ts";
import { countText, dropsText } from "./trace/units.ts";

/** Callbacks that are shown at the end of a run; `escope trace stats` has all. */
const MOST_CALLBACKS = 10;

/** Reading more events than these takes longer than anybody wants to wait for a prompt. */
const MOST_EVENTS = 200_000;

/** What to say about a recording that just ended: how much it holds, what was lost, how to look at it. */
export function recordingSummary(folder: string, shown: string, io: Pick<Io, "color" | "width">): string {
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
  if (events === 0) return `recorded no event${lost} in ${shown}: ${reasonOf(recording)}`;
  const table = events > MOST_EVENTS ? [] : ["", ...tableOf(recording, io), ""];
  const said = `recorded ${countText(events, "event")}${lost} in ${shown}`;
  return [said, ...table, ...neverHeld(recording), `look at it: escope trace show ${shown}`].join("\n");
}

function tableOf(recording: Recording, io: Pick<Io, "color" | "width">): string[] {
  const set = readSpans(recording);
  const payloads = new PayloadReader();
  try {
    return [...statsLines(set, payloads, io, MOST_CALLBACKS)];
  } finally {
    payloads.close();
  }
}
