import fs from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { codeOf, exactStatAt } from "./disk.ts";
import { linkToOriginal, type Mirror, mirrorTarget } from "./links.ts";
import type { Project } from "./open.ts";

/** A dependency that the original has compiled. */
export interface Build {
  /** `_build/ENV/lib/NAME` */
  readonly path: string;
  /** Differs after every compilation. */
  readonly stamp: string;
}

/**
 * One link a dependency, in a folder of the tree's own: whatever cleans the tree's `deps/` only unlinks, and what is
 * fetched there lies beside the original's.
 */
export function dependencyLinks(mirror: Mirror): { path: string; target: string }[] {
  return namesIn(join(mirror.root, "deps"))
    .map((name) => `deps/${name}`)
    .filter((path) => fs.statSync(join(mirror.root, path), { throwIfNoEntry: false })?.isDirectory() === true)
    .map((path) => ({ path, target: linkToOriginal(mirror, path) }));
}

/** The builds of all environments, without the project's own applications and escope's runtime. */
export function compiledDependencies(project: Project): Build[] {
  const own = new Set(["escope", ...project.mixfiles.flatMap(({ text }) => applicationName(text))]);
  return namesIn(join(project.root, "_build"))
    .map((env) => `_build/${env}/lib`)
    .flatMap((lib) => namesIn(join(project.root, lib)).map((name) => ({ name, path: `${lib}/${name}` })))
    .filter(({ name, path }) => !own.has(name) && fs.existsSync(join(project.root, path, "ebin")))
    .map(({ path }) => ({ path, stamp: buildStamp(join(project.root, path)) }));
}

/** A name that is computed is not found; its build is then copied, and Mix compiles over it what has changed. */
function applicationName(text: string): string[] {
  const name = /^[^#\n]*\bapp:\s*:"?([\w@]+)/m.exec(text)?.[1];
  return name === undefined ? [] : [name];
}

/** Every compiler leaves a manifest in `.mix` or writes the `.app` file; a few times tell more cheaply than all files. */
function buildStamp(dir: string): string {
  const name = dir.slice(dir.lastIndexOf("/") + 1);
  const manifests = namesIn(join(dir, ".mix")).map((file) => `.mix/${file}`);
  const times = ["", "ebin", `ebin/${name}.app`, ...manifests].map(
    (path) => `${path} ${exactStatAt(join(dir, path))?.mtimeNs ?? "-"}`,
  );
  return createHash("sha1").update(times.join("\n")).digest("hex");
}

/** Copies a build with all its times; its links hold in the tree as they did in the original. */
export function copyBuild(mirror: Mirror, path: string, to: string): void {
  fs.mkdirSync(to);
  for (const entry of fs.readdirSync(join(mirror.root, path), { withFileTypes: true })) {
    copyBuildEntry(mirror, entry, `${path}/${entry.name}`, join(to, entry.name));
  }
  copyTimes(join(mirror.root, path), to);
}

function copyBuildEntry(mirror: Mirror, entry: fs.Dirent, path: string, to: string): void {
  const from = join(mirror.root, path);
  if (entry.isDirectory()) copyBuild(mirror, path, to);
  else if (entry.isSymbolicLink()) fs.symlinkSync(mirrorTarget(mirror, path, fs.readlinkSync(from)), to);
  else if (entry.isFile()) copyFile(from, to);
}

/** A copy that shares its blocks where the file system can, with the original's mode and time. */
export function copyFile(from: string, to: string): void {
  fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
  copyTimes(from, to);
}

function copyTimes(from: string, to: string): void {
  const { atimeMs, mtimeMs } = fs.statSync(from);
  fs.utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
}

function namesIn(dir: string): string[] {
  try {
    return fs.readdirSync(dir).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return [];
    throw error;
  }
}
