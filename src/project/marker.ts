import fs from "node:fs";
import { join } from "node:path";
import { readOwnFile } from "./disk.ts";
import { isInnerPath } from "./paths.ts";

/** The file that makes a folder escope's: what escope wrote there, and from what. */
export const markerPath = ".escope/tree.json";
export const journalPath = ".escope/journal.json";
export const stagingPath = ".escope/staging";
export const lockPath = ".escope/lock";

const markerFormat = "escope-tree/1";
const journalFormat = "escope-journal/1";

/** Every path that escope wrote, with the stamp of what it wrote. */
export type Entries = Readonly<Record<string, string>>;

/** One step of a commit. Each can be repeated: a commit that was interrupted runs all of them again. */
export type Step = Taking | Putting;

type Taking = readonly ["remove" | "folder", string];

/** From the staging to a path; `replace` sets aside whatever is there. */
export type Putting = readonly ["put" | "replace", string, string];

/** Cheap enough for every folder of a walk: somebody else's file of that name only hides a folder from the mirror. */
export function hasMarker(folder: string): boolean {
  return fs.existsSync(join(folder, markerPath)) || fs.existsSync(join(folder, journalPath));
}

export function formatMarker(entries: Entries): string {
  return `${JSON.stringify({ format: markerFormat, files: sortKeys(entries) }, null, 1)}\n`;
}

/** Null for what is no marker. Its paths are checked: a marker can come with somebody's repository. */
export function parseMarker(text: string): Entries | null {
  const data = parseFormat(text, markerFormat);
  const files = data?.["files"];
  if (typeof files !== "object" || files === null) return null;
  const valid = Object.entries(files).every(
    ([path, stamp]) => isInnerPath(path) && typeof stamp === "string",
  );
  return valid ? (files as Entries) : null;
}

export function formatJournal(steps: readonly Step[]): string {
  return `${JSON.stringify({ format: journalFormat, steps }, null, 1)}\n`;
}

export function parseJournal(text: string): Step[] | null {
  const steps = parseFormat(text, journalFormat)?.["steps"];
  return Array.isArray(steps) && steps.every(isStep) ? (steps as Step[]) : null;
}

/** The journal of `out`; null where there is none or it is none of escope's. */
export function readJournal(out: string): Step[] | null {
  const text = readOwnFile(join(out, journalPath));
  return text === null ? null : parseJournal(text);
}

const stepLengths: ReadonlyMap<unknown, number> = new Map([
  ["remove", 2],
  ["folder", 2],
  ["put", 3],
  ["replace", 3],
]);

function isStep(step: unknown): boolean {
  if (!Array.isArray(step) || step.length !== stepLengths.get(step[0])) return false;
  return step.slice(1).every((path) => typeof path === "string" && isInnerPath(path));
}

function parseFormat(text: string, format: string): Record<string, unknown> | null {
  try {
    const data = JSON.parse(text) as Record<string, unknown> | null;
    return data?.["format"] === format ? data : null;
  } catch {
    return null;
  }
}

function sortKeys(entries: Entries): Entries {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}
