import fs from "node:fs";
import { join, relative } from "node:path";
import type { SourceFile } from "../source.ts";
import { type Build, compiledDependencies } from "./builds.ts";
import { findDependencies } from "./dependencies.ts";
import { type Dependency, placeInTree } from "./dependency.ts";
import { linkToOriginal, type Mirror } from "./links.ts";
import type { Project } from "./open.ts";
import { folderOf, leaves, normalFolder } from "./paths.ts";
import {
  addFound,
  type Found,
  type Link,
  nothingFound,
  type Unreadable,
  type Walk,
  walkFolder,
} from "./walk.ts";

export type { Link, Unreadable } from "./walk.ts";

/** A file of the tree that is a copy of one in another place. */
export interface Borrowed {
  readonly path: string;
  /** Relative to the project's root, which it may leave. */
  readonly from: string;
}

/** What a project holds, all paths relative to its root, all lists sorted by path. */
export interface ProjectFiles {
  readonly sources: readonly SourceFile[];
  /** Configuration that imports by ways that go up; they are among `others`, too. */
  readonly configs: readonly SourceFile[];
  /** All other files to mirror. */
  readonly others: readonly string[];
  /** The other files of dependencies that are instrumented apart from the mirror. */
  readonly borrowed: readonly Borrowed[];
  /** Empty folders: an application may write into them. */
  readonly folders: readonly string[];
  readonly links: readonly Link[];
  /** Dependencies as the original has them fetched and compiled. */
  readonly builds: readonly Build[];
  readonly unreadable: readonly Unreadable[];
  /** Everything that was looked at, with its stamp from before it was read. */
  readonly stamps: readonly (readonly [path: string, stamp: string])[];
}

/** Where sources lie, as Mix's `elixirc_paths` has it: folders or single files. */
export interface SourceRoots {
  readonly compiled: readonly string[];
  /** Folders whose `*.exs` are sources too, as tests are. */
  readonly scripts?: readonly string[];
  /** What is instrumented besides; their source folders are among `compiled`. */
  readonly dependencies?: readonly Dependency[];
}

/** Everything of `project` that a tree at `out` needs: one walk, and nothing but regular files is ever opened. */
export function listFiles(
  project: Project,
  out: string,
  roots: SourceRoots | readonly string[],
): ProjectFiles {
  const { root } = project;
  const wanted = "compiled" in roots ? roots : { compiled: roots };
  const instrumented = wanted.dependencies ?? [];
  const found = nothingFound();
  const isLinked = (path: string): boolean => project.linked.includes(path);
  const walk: Walk = { root, out, ...sourceTests(wanted), isLinked, through: [], found };
  walkFolder(walk, "");
  const borrowed = instrumented
    .filter(({ original, place }) => original !== place)
    .flatMap((dependency) => takeDependency(walk, dependency));
  const dependencies = findDependencies(walk);
  found.links.push(...dependencies.links);
  found.others.push(...buildTools(root));
  const names = instrumented.map(({ name }) => name);
  const builds = [...compiledDependencies(project, names), ...dependencies.copies];
  return { ...mapSorted(found), borrowed: borrowed.sort(byPath), builds };
}

function mapSorted(found: Found): Omit<ProjectFiles, "builds" | "borrowed"> {
  return {
    sources: found.sources.sort(byPath),
    configs: found.configs.sort(byPath),
    others: found.others.sort(),
    folders: found.folders.sort(),
    links: found.links.sort(byPath),
    unreadable: found.unreadable.sort(byPath),
    stamps: found.stamps,
  };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

/** Adds a dependency that stands apart from the mirror; gives its files that are no sources. */
function takeDependency(walk: Walk, dependency: Dependency): Borrowed[] {
  const found = nothingFound();
  walkFolder({ ...walk, found }, dependency.original);
  const place = (path: string): string => placeInTree([dependency], path);
  const links = found.links.map(({ path }) => ({
    path: place(path),
    target: linkApart(walk, dependency, path),
  }));
  addFound(walk.found, { ...found, configs: [], others: [], links, folders: found.folders.map(place) });
  return found.others.map((path) => ({ path: place(path), from: path }));
}

/** Within the dependency a link means what it did; else it leads to the original. */
function linkApart(mirror: Mirror, dependency: Dependency, path: string): string {
  const target = fs.readlinkSync(join(mirror.root, path));
  const inner = relative(dependency.original, folderOf(path));
  if (!target.startsWith("/") && !leaves(join(inner, target))) return target;
  const tree = { ...mirror, out: join(mirror.out, dependency.place) };
  const origin = { ...tree, root: join(mirror.root, dependency.original) };
  return linkToOriginal(origin, relative(dependency.original, path));
}

/** Mix finds sources with `Path.wildcard`, which passes over names with a leading dot (editors keep locks there). */
function sourceTests({ compiled, scripts = [] }: SourceRoots): Pick<Walk, "isSource" | "holdsSources"> {
  const [ex, exs] = [compiled, scripts].map((roots) => roots.map(normalFolder)) as [string[], string[]];
  const isSource = (path: string): boolean => {
    if (/(^|\/)\.(?!\.\/)/.test(path)) return false;
    if (path.endsWith(".ex")) return isBelow(path, ex) || isBelow(path, exs);
    return path.endsWith(".exs") && isBelow(path, exs);
  };
  return { isSource, holdsSources: (path) => isBelow(path, ex) || isBelow(path, exs) };
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => root === "" || path === root || path.startsWith(`${root}/`));
}

/** Programs that Mix tasks keep directly in `_build`, as esbuild and tailwind do. */
function buildTools(root: string): string[] {
  const build = join(root, "_build");
  if (!fs.existsSync(build)) return [];
  const entries = fs.readdirSync(build, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => `_build/${entry.name}`);
}
