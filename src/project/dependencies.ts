import fs from "node:fs";
import { join } from "node:path";
import type { Build } from "./builds.ts";
import { isFolder, namesIn, stampOf } from "./disk.ts";
import { linkToOriginal, type Mirror, mirrorTarget } from "./links.ts";
import { isWithin } from "./paths.ts";

/** What a dependency's tools make in its folder; the tree's make it anew. */
export const remade: readonly string[] = ["_build", "node_modules"];

/** Fetched dependencies, each the tree's own: what is compiled, written, cleaned or fetched there leaves the original alone. */
export interface Dependencies {
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly copies: readonly Build[];
}

/**
 * Copies, for a link would be written through: by a compile step, or by an application that keeps its data in `priv`. Nor
 * would links in a folder of the tree's own do: `Path.join(__DIR__, "../priv")` goes up from where a link leads to.
 */
export function findDependencies(mirror: Mirror): Dependencies {
  const names = namesIn(join(mirror.root, "deps"));
  const paths = names.map((name) => `deps/${name}`).filter((path) => leadsToFolder(join(mirror.root, path)));
  // A link in `deps` is the user's own, and leads to a place that is worked on; or a compile step's, into the project.
  const linked = paths.filter((path) => !isFolder(join(mirror.root, path)));
  const copied = paths.filter((path) => !linked.includes(path));
  return {
    links: linked.map((path) => ({ path, target: linkTarget(mirror, path) })),
    copies: copied.map((path) => ({ path, stamp: dependencyStamp(join(mirror.root, path)) })),
  };
}

/** What the tree has a counterpart of, the link leads to there: what goes through it must not reach the original. */
function linkTarget(mirror: Mirror, path: string): string {
  const real = fs.realpathSync.native(join(mirror.root, path));
  if (!isWithin(real, mirror.root)) return linkToOriginal(mirror, path);
  return mirrorTarget(mirror, path, fs.readlinkSync(join(mirror.root, path)));
}

function leadsToFolder(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Of all its files; of a checkout, whether another commit was chosen. */
function dependencyStamp(path: string): string {
  const inner = namesIn(path).filter((name) => !remade.includes(name) && name !== ".git");
  return stampOf(path, [...inner.flatMap((name) => pathsBelow(path, name)), ".git/HEAD", ".git/index"]);
}

function pathsBelow(root: string, path: string): string[] {
  if (!isFolder(join(root, path))) return [path];
  return [path, ...namesIn(join(root, path)).flatMap((name) => pathsBelow(root, `${path}/${name}`))];
}
