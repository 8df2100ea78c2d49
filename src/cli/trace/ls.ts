import picocolors from "picocolors";
import { listRecordings, recordingsFolder, type RecordingSummary } from "../../collector/index.ts";
import type { Io } from "../io.ts";
import { projectAt, warnOfDamage } from "./find.ts";
import type { TraceOptions } from "./options.ts";
import { type Column, tableLines } from "./table.ts";
import { dropsText, durationText, wallText } from "./units.ts";

/** `escope trace ls`: the recordings of the project, the newest first. Gives the exit code. */
export function runTraceLs(options: TraceOptions, io: Io): number {
  const project = projectAt(options.cwd);
  const recordings = listRecordings(project);
  if (options.format === "json")
    io.stdout(`${JSON.stringify({ recordings: recordings.map(toJson) }, null, 2)}\n`);
  else writeText(recordings, project, io);
  return 0;
}

function toJson({ duration, started, ...rest }: RecordingSummary): Record<string, unknown> {
  const wall = started === null ? null : new Date(Number(started / 1_000_000n)).toISOString();
  return { ...rest, started: wall, duration_ns: duration };
}

function writeText(recordings: readonly RecordingSummary[], project: string, io: Io): void {
  if (recordings.length === 0) return io.stderr(`no recordings in ${recordingsFolder(project)}\n`);
  const colors = picocolors.createColors(io.color);
  io.stdout(`${tableLines(recordings, columnsFor(colors), colors).join("\n")}\n`);
  for (const { name, damage } of recordings) {
    const inFolder = damage.map(({ file, offset, reason }) => ({ file: `${name}/${file}`, offset, reason }));
    warnOfDamage(inFolder, new Map(), io);
  }
}

function columnsFor(colors: ReturnType<typeof picocolors.createColors>): Column<RecordingSummary>[] {
  return [
    { title: "recording", align: "left", text: ({ name }) => name, paint: (text) => colors.cyan(text) },
    { title: "started", align: "left", text: ({ started }) => (started === null ? "?" : wallText(started)) },
    { title: "duration", align: "right", text: ({ duration }) => durationText(duration) },
    { title: "events", align: "right", text: ({ events }) => events.toLocaleString("en-US") },
    { title: "dropped", align: "left", text: ({ drops }) => dropsText(drops) ?? "–" },
    {
      title: "state",
      align: "left",
      text: stateOf,
      paint: (text, { complete, stopped }) =>
        complete && stopped === null ? colors.green(text) : colors.yellow(text),
    },
  ];
}

function stateOf({ complete, damage, running, stopped }: RecordingSummary): string {
  if (stopped !== null) return `stopped: ${stopped}`;
  if (complete) return "complete";
  if (damage.length > 0) return "damaged";
  return running ? "running" : "killed";
}
