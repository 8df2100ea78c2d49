import fs from "node:fs";
import { randomBytes } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import {
  formatLastRun,
  isFresh,
  lastRunPath,
  namesAt,
  stampAt,
  sumOf,
  without,
  type Said,
} from "../last-run/index.ts";
import { makeCacheFolder } from "./cache.ts";
import { codeOf, makeFolders, namesIn } from "./disk.ts";
import type { ProjectFiles } from "./list.ts";
import { journalPath, lockPath, markerPath, stagingPath } from "./marker.ts";
import type { Project } from "./open.ts";
import { runtimeSources } from "./runtime.ts";
import { toolId } from "./tool-id.ts";
import { readTree } from "./tree.ts";

/** How many commands on one project are remembered. */
const KEPT = 8;

/** A run that came to its end. */
export interface Finished {
  readonly project: Project;
  readonly out: string;
  readonly files: ProjectFiles;
  /** Rule files, and folders and files of dependencies that were looked into; relative to the project. */
  readonly also: readonly string[];
  /** When it began, by this machine's clock. */
  readonly began: number;
  readonly cache: string;
  readonly invocation: readonly string[];
}

/**
 * Remembers a run, so that the same command has nothing to do while nothing changes. Not where a file changed just before
 * it was read, nor where the configuration is a program: what it reads is not known.
 */
export function rememberRun(run: Finished, said: Said): void {
  const { project, out, files } = run;
  if (files.others.some((path) => /^escope\.config\.[mc]?[jt]s$/.test(path))) return;
  const seen = new Map(
    files.stamps
      .filter(([path]) => path !== ".")
      .map(([path, stamp]) => [resolve(project.root, path), stamp] as const),
  );
  const inputs = [...seen.keys(), ...besides(run)];
  const stamps = new Map(inputs.map((path) => [path, seen.get(path) ?? stampAt(path)]));
  if ([...stamps.values()].some((stamp) => isFresh(stamp, run.began))) return;
  const { entries } = readTree(out);
  const written = Object.keys(entries).filter((path) => entries[path]?.startsWith("text "));
  const paths = [...stamps.keys(), join(out, markerPath), ...written.map((path) => `${out}/${path}`)];
  const sorts = Object.keys(entries)
    .filter((path) => !entries[path]?.startsWith("text "))
    .map((path) => `${out}/${path}`);
  const top = { folder: project.root, except: [".escope", basename(out)] };
  if (JSON.stringify(namesAt(top)) !== JSON.stringify(without(top, namesSeen(files)))) return;
  const names = [journalPath, stagingPath, lockPath].map((path) => basename(path));
  const restless = { folder: dirname(join(out, lockPath)), names };
  const text = formatLastRun({
    paths,
    sorts,
    restless,
    top,
    sum: sumOf({ paths, sorts, top }, stamps),
    said,
  });
  writeQuietly(lastRunPath(run.cache, run.invocation, process.cwd(), toolId()), text);
}

function namesSeen({ stamps }: ProjectFiles): string[] {
  return JSON.parse(stamps.find(([path]) => path === ".")?.[1] ?? "[]") as string[];
}

/** What a run looks at besides the project's own files. */
function besides({ project, files, also }: Finished): string[] {
  const own = files.unreadable.map(({ path }) => path);
  const inner = [
    ...own,
    ...dependencyPaths(project.root),
    ...files.builds.flatMap(({ path }) => buildPaths(project.root, path)),
  ];
  return [...[...inner, ...also].map((path) => resolve(project.root, path)), ...runtimeSources()];
}

/** What says which dependencies there are, and how each comes into the tree. */
function dependencyPaths(root: string): string[] {
  const names = namesIn(join(root, "deps")).map((name) => `deps/${name}`);
  const environments = namesIn(join(root, "_build")).flatMap((env) => [`_build/${env}`, `_build/${env}/lib`]);
  const inner = names.flatMap((path) => [path, `${path}/.`, `${path}/src`]);
  return ["deps", ...inner, "_build", ...environments];
}

/** What the stamps of builds are made of. */
function buildPaths(root: string, path: string): string[] {
  const names = path.startsWith("deps/") ? [...namesIn(join(root, path)), ".git/HEAD", ".git/index"] : [];
  const manifests = namesIn(join(root, path, ".mix")).map((name) => `.mix/${name}`);
  const own = ["", "ebin", `ebin/${basename(path)}.app`, ".mix", ...manifests];
  return [...own, ...names].map((name) => join(path, name));
}

/** What cannot be remembered is done again. */
function writeQuietly(path: string, text: string): void {
  const folder = dirname(path);
  const fresh = `${path}.${randomBytes(4).toString("hex")}.new`;
  try {
    makeCacheFolder(dirname(folder));
    makeFolders(folder);
    fs.writeFileSync(fresh, text, { flag: "wx" });
    fs.renameSync(fresh, path);
    prune(folder);
  } catch (error) {
    if (codeOf(error) === "") throw error;
    fs.rmSync(fresh, { force: true });
  }
}

function prune(folder: string): void {
  const all = namesIn(folder)
    .map((name) => ({ path: join(folder, name), time: fs.statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.time - a.time);
  for (const { path } of all.slice(KEPT)) fs.rmSync(path, { force: true });
}
