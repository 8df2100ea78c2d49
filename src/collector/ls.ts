import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isRecordingFile, openRecording, type Recording } from "./recording.ts";
import { type RecordingSummary, summarise } from "./summary.ts";

/** Where a project keeps its recordings. */
export function recordingsFolder(project: string): string {
  return join(project, ".escope", "recordings");
}

/** The recordings of a project, the newest first. */
export function listRecordings(project: string): RecordingSummary[] {
  return openAll(project).map(summarise);
}

/** The newest recording of a project, null where it has none. */
export function newestRecording(project: string): Recording | null {
  return openAll(project)[0] ?? null;
}

function openAll(project: string): Recording[] {
  const folder = recordingsFolder(project);
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
  return paths
    .filter((path) => readdirSync(path).some(isRecordingFile))
    .map(openRecording)
    .sort(newestFirst);
}

/** Recordings that do not say when they began come last, by their names, which begin with the time. */
function newestFirst(left: Recording, right: Recording): number {
  const [one, other] = [left.started ?? -1n, right.started ?? -1n];
  if (one !== other) return one < other ? 1 : -1;
  return left.path < right.path ? 1 : -1;
}
