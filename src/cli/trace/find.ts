import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { newestRecording, openRecording, type Recording, recordingsFolder } from "../../collector/index.ts";
import {
  recordingFormat,
  recordingMissing,
  recordingNoneYet,
  recordingOutsideProject,
} from "../../errors.ts";
import type { Io } from "../io.ts";
import { countText } from "./units.ts";

/** The recording that the user means. */
export function findRecording(name: string | undefined, cwd: string): Recording {
  const recording = name === undefined ? newestOf(projectAt(cwd)) : openNamed(name, cwd);
  if (recording.foreignFormat !== null) throw recordingFormat(recording.path, recording.foreignFormat);
  return recording;
}

/**
 * The nearest folder upwards that is a Mix project and has recordings; failing that, the nearest Mix project. An
 * application of an umbrella and the build tree are Mix projects, too, and record into the root's folder.
 */
export function projectAt(cwd: string): string {
  const projects = foldersUpwards(resolve(cwd)).filter((folder) => existsSync(join(folder, "mix.exs")));
  const [nearest] = projects;
  if (nearest === undefined) throw recordingOutsideProject(cwd);
  return projects.find((folder) => existsSync(recordingsFolder(folder))) ?? nearest;
}

/** Says what could not be read. Everything else is shown. */
export function warnOfDamage(
  damage: Recording["damage"],
  unknownKinds: ReadonlyMap<string, number>,
  io: Io,
): void {
  for (const { file, offset, reason } of damage) io.stderr(`warning: ${file}: byte ${offset}: ${reason}\n`);
  for (const [kind, count] of unknownKinds)
    io.stderr(`warning: skipped ${countText(count, "event")} of unknown kind ${kind}\n`);
}

function newestOf(project: string): Recording {
  const newest = newestRecording(project);
  if (newest === null) throw recordingNoneYet(project);
  return newest;
}

/** A path comes before a name; a name needs a project around. */
function openNamed(name: string, cwd: string): Recording {
  const path = resolve(cwd, name);
  if (existsSync(path)) return openRecording(path);
  const projects = foldersUpwards(resolve(cwd));
  const named = projects
    .map((folder) => join(recordingsFolder(folder), name))
    .find((folder) => existsSync(folder));
  if (named === undefined) throw recordingMissing(name);
  return openRecording(named);
}

function foldersUpwards(start: string): string[] {
  const parent = dirname(start);
  return parent === start ? [start] : [start, ...foldersUpwards(parent)];
}
