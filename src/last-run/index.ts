/**
 * A run that need not be made: the same command as the last one, and nothing that it looked at or wrote has changed. Loads
 * nothing of escope but this folder, for asking must cost less than anything else.
 */
import fs from "node:fs";
import { hash } from "node:crypto";
import { isAbsolute, join, resolve } from "node:path";
import { sortAt, stampAt } from "./stamp.ts";

export { isFresh, stampAt } from "./stamp.ts";

const FORMAT = "escope-run/1";

/** What a run looked at and wrote, and what it said. */
export interface LastRun {
  /** Every file and folder that the outcome depends on, and what was written; absolute. */
  readonly paths: readonly string[];
  /** Of these only their sort counts: the application may change them. */
  readonly sorts: readonly string[];
  /** The project's own folder: a run makes names of its own in it, which do not count. */
  readonly top: { readonly folder: string; readonly except: readonly string[] };
  /** Folders in which a run that was interrupted, or that goes on just now, leaves names that begin so. */
  readonly restless: { readonly folder: string; readonly names: readonly string[] };
  readonly sum: string;
  /** What a run says that finds nothing to do. */
  readonly said: Said;
}

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** One hash over everything that must be as it was. `known`: stamps that were taken before something was read. */
export function sumOf(
  { paths, sorts, top }: Pick<LastRun, "paths" | "sorts" | "top">,
  known: ReadonlyMap<string, string> = new Map(),
): string {
  const stamps = paths.map((path) => known.get(path) ?? stampAt(path));
  return hash("sha1", [...stamps, ...sorts.map(sortAt), ...namesAt(top)].join("\n"));
}

export function namesAt(top: LastRun["top"]): string[] {
  return without(top, fs.readdirSync(top.folder)).toSorted();
}

export function without({ except }: LastRun["top"], names: readonly string[]): string[] {
  return names.filter((name) => !except.includes(name));
}

/** The file in a cache that holds the last run of a command. `id`: escope's own. */
export function lastRunPath(cache: string, invocation: readonly string[], cwd: string, id: string): string {
  const key = hash("sha1", JSON.stringify([invocation, cwd, id, process.version]));
  return join(cache, "runs", `${key}.json`);
}

export function formatLastRun(run: LastRun): string {
  return JSON.stringify({ format: FORMAT, ...run });
}

/** What the command of this invocation would say, where nothing has changed since it last ran; else undefined. */
export function unchangedRun(invocation: readonly string[], cwd: string): Said | undefined {
  if (invocation[0] !== "instrument") return undefined;
  const id = readText(new URL("../tool-id", import.meta.url));
  if (id === undefined) return undefined;
  for (const cache of cachesOf(invocation, cwd)) {
    const said = saidBy(lastRunPath(cache, invocation, cwd, id.trim()));
    if (said !== undefined) return said;
  }
  return undefined;
}

/** Where the command may have its cache: the folder that it names, or that of any project that it names. */
function cachesOf(invocation: readonly string[], cwd: string): string[] {
  if (invocation.includes("--no-cache")) return [];
  const at = invocation.findIndex((word) => /^--cache(=|$)/.test(word));
  if (at !== -1) {
    const named = invocation[at]?.slice("--cache=".length) || invocation[at + 1];
    return named === undefined ? [] : [resolve(cwd, named)];
  }
  const places = invocation.slice(1).filter((word) => !word.startsWith("-"));
  return places.flatMap((place) =>
    ["", "../.."].map((above) => join(isAbsolute(place) ? place : join(cwd, place), above, ".escope/cache")),
  );
}

function isAtRest({ folder, names }: LastRun["restless"]): boolean {
  try {
    return !fs.readdirSync(folder).some((name) => names.some((begin) => name.startsWith(begin)));
  } catch {
    return false;
  }
}

/** Undefined too where the file is not what escope wrote. */
function saidBy(path: string): Said | undefined {
  try {
    const run = JSON.parse(readText(path) ?? "null") as (LastRun & { format: string }) | null;
    if (run?.format !== FORMAT || !isAtRest(run.restless) || sumOf(run) !== run.sum) return undefined;
    return run.said;
  } catch {
    return undefined;
  }
}

function readText(path: string | URL): string | undefined {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
