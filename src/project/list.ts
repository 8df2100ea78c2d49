import fs, { type Dirent } from "node:fs";
import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import type { SourceFile } from "../source.ts";
import { type Build, compiledDependencies } from "./builds.ts";
import { findDependencies } from "./dependencies.ts";
import { codeOf, statAt } from "./disk.ts";
import { linkToOriginal, mirrorTarget } from "./links.ts";
import { hasMarker } from "./marker.ts";
import type { Project } from "./open.ts";
import { joinInner, normalFolder } from "./paths.ts";

export interface Link {
  readonly path: string;
  /** As it stands in the tree. */
  readonly target: string;
}

export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

/** What a project holds, all paths relative to its root, all lists sorted by path. */
export interface ProjectFiles {
  readonly sources: readonly SourceFile[];
  /** All other files to mirror. */
  readonly others: readonly string[];
  /** Empty folders: an application may write into them. */
  readonly folders: readonly string[];
  readonly links: readonly Link[];
  /** Dependencies as the original has them compiled, and those that compile within their own folder. */
  readonly builds: readonly Build[];
  readonly unreadable: readonly Unreadable[];
}

/** Where sources lie, as Mix's `elixirc_paths` has it: folders or single files. */
export interface SourceRoots {
  readonly compiled: readonly string[];
  /** Folders whose `*.exs` are sources too, as tests are. */
  readonly scripts?: readonly string[];
}

const nowhere: ReadonlySet<string> = new Set([".git", "node_modules"]);
/** Not mirrored where they stand beside a `mix.exs`; elsewhere a folder of such a name is the user's own. */
const besideMix: ReadonlySet<string> = new Set(
  "_build deps cover .escope .elixir_ls .lexical .expert .elixir-tools".split(" "),
);

interface Walk {
  readonly root: string;
  readonly out: string;
  readonly isSource: (path: string) => boolean;
  readonly files: {
    sources: SourceFile[];
    others: string[];
    folders: string[];
    links: Link[];
    unreadable: Unreadable[];
  };
}

/** Everything of `project` that a tree at `out` needs: one walk, and nothing but regular files is ever opened. */
export function listFiles(
  project: Project,
  out: string,
  roots: SourceRoots | readonly string[],
): ProjectFiles {
  const { root } = project;
  const files: Walk["files"] = { sources: [], others: [], folders: [], links: [], unreadable: [] };
  const walk: Walk = {
    root,
    out,
    isSource: sourceTest("compiled" in roots ? roots : { compiled: roots }),
    files,
  };
  walkFolder(walk, "");
  const dependencies = findDependencies(walk);
  files.links.push(...dependencies.links);
  files.others.push(...buildTools(root));
  const builds = [...compiledDependencies(project), ...dependencies.copies];
  return { ...mapSorted(files), builds };
}

function mapSorted(files: Walk["files"]): Omit<ProjectFiles, "builds"> {
  return {
    sources: files.sources.sort(byPath),
    others: files.others.sort(),
    folders: files.folders.sort(),
    links: files.links.sort(byPath),
    unreadable: files.unreadable.sort(byPath),
  };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

/** Mix finds sources with `Path.wildcard`, which passes over names with a leading dot (editors keep locks there). */
function sourceTest({ compiled, scripts = [] }: SourceRoots): (path: string) => boolean {
  const [ex, exs] = [compiled, scripts].map((roots) => roots.map(normalFolder)) as [string[], string[]];
  return (path) => {
    if (/(^|\/)\./.test(path)) return false;
    if (path.endsWith(".ex")) return isBelow(path, ex) || isBelow(path, exs);
    return path.endsWith(".exs") && isBelow(path, exs);
  };
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => root === "" || path === root || path.startsWith(`${root}/`));
}

function walkFolder(walk: Walk, dir: string): void {
  const entries = readFolder(walk, dir);
  const names = new Set(entries.map((entry) => entry.name));
  if (dir !== "" && names.has(".escope") && hasMarker(join(walk.root, dir))) return;
  if (entries.length === 0 && dir !== "") walk.files.folders.push(dir);
  for (const entry of entries) {
    const path = joinInner(dir, entry.name);
    if (!isExcluded(walk, path, entry, names.has("mix.exs"))) takeEntry(walk, path, entry);
  }
}

function isExcluded(walk: Walk, path: string, { name }: Dirent, beside: boolean): boolean {
  if (name === "node_modules") takeNodeModules(walk, path);
  return nowhere.has(name) || (beside && besideMix.has(name)) || `${walk.root}/${path}` === walk.out;
}

function takeEntry(walk: Walk, path: string, entry: Dirent): void {
  const { files, root } = walk;
  // Some file systems do not tell the type with the name.
  const known = entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
  const type = known ? entry : statAt(join(root, path));
  if (type === null) files.unreadable.push({ path, reason: "it is gone, or its name is no valid UTF-8" });
  else if (type.isDirectory()) walkFolder(walk, path);
  else if (type.isSymbolicLink()) takeLink(walk, path);
  else if (!type.isFile()) files.unreadable.push({ path, reason: `it is a ${specialType(type)}` });
  else if (walk.isSource(path)) takeSource(walk, path);
  else if (isReadable(walk, path)) files.others.push(path);
}

function specialType(type: Dirent | fs.Stats): string {
  if (type.isFIFO()) return "fifo";
  return type.isSocket() ? "socket" : "device";
}

function takeSource(walk: Walk, path: string): void {
  const bytes = attempt(walk, path, () => fs.readFileSync(join(walk.root, path)));
  if (bytes === null) return;
  if (isUtf8(bytes)) walk.files.sources.push({ path, text: bytes.toString("utf8") });
  else {
    walk.files.unreadable.push({ path, reason: "it is no valid UTF-8" });
    walk.files.others.push(path);
  }
}

/** Opened and closed, as only that asks the whole permission system. Neither a link nor a fifo can have come between. */
function isReadable(walk: Walk, path: string): boolean {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const handle = attempt(walk, path, () =>
    fs.openSync(join(walk.root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  );
  if (handle !== null) fs.closeSync(handle);
  return handle !== null;
}

function takeLink(walk: Walk, path: string): void {
  const target = attempt(walk, path, () => fs.readlinkSync(join(walk.root, path)));
  if (target !== null) walk.files.links.push({ path, target: mirrorTarget(walk, path, target) });
}

function takeNodeModules(walk: Walk, path: string): void {
  if (statAt(join(walk.root, path))?.isSymbolicLink() === true) takeLink(walk, path);
  else walk.files.links.push({ path, target: linkToOriginal(walk, path) });
}

function readFolder(walk: Walk, dir: string): Dirent[] {
  return attempt(walk, dir, () => fs.readdirSync(join(walk.root, dir), { withFileTypes: true })) ?? [];
}

/** What others do to the project meanwhile, and what its permissions forbid, is reported; the walk goes on. */
function attempt<T>(walk: Walk, path: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const code = codeOf(error);
    if (code === "") throw error;
    walk.files.unreadable.push({ path: path === "" ? "." : path, reason: reasonOf(code) });
    return null;
  }
}

function reasonOf(code: string): string {
  if (code === "EACCES" || code === "EPERM") return "it cannot be read (permission denied)";
  return code === "ENOENT" ? "it is gone, or its name is no valid UTF-8" : `it cannot be read (${code})`;
}

/** Programs that Mix tasks keep directly in `_build`, as esbuild and tailwind do. */
function buildTools(root: string): string[] {
  const build = join(root, "_build");
  if (!fs.existsSync(build)) return [];
  const entries = fs.readdirSync(build, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => `_build/${entry.name}`);
}
