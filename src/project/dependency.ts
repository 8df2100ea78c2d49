import fs from "node:fs";
import { join, posix, relative } from "node:path";
import { dependencyNotElixir, dependencyNotFound } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { SourceFile } from "../source.ts";
import { namesIn } from "./disk.ts";
import { type Project, readMixfile } from "./open.ts";
import { isWithin, joinInner, leaves } from "./paths.ts";

/** A dependency whose sources are instrumented, too. Paths are relative to the project's root and to that of the tree. */
export interface Dependency {
  readonly name: string;
  /** Its folder; one beside the project starts with `..`. */
  readonly original: string;
  /** Its folder in the tree: within the mirror, or apart from it. */
  readonly place: string;
  readonly mixfile: SourceFile;
}

/** Where a `mix.exs` says that a dependency lies, relative to the project's root. */
export interface Named {
  readonly name: string;
  readonly folder: string;
}

/** The dependency `name`, which lies where a `mix.exs` says so, else where Mix fetches it to. */
export function openDependency({ root }: Project, name: string, near: readonly Named[]): Dependency {
  const named = near.find((one) => one.name === name);
  const original = posix.normalize(named?.folder ?? `deps/${name}`).replace(/\/+$/, "");
  if (!fs.existsSync(join(root, original))) {
    const known = [...near.map((one) => one.name), ...namesIn(join(root, "deps"))];
    throw dependencyNotFound(name, original, nearest(name, known));
  }
  const mixfile = mixfileIn({ root }, original);
  if (mixfile === null) throw dependencyNotElixir(name, original);
  const mirrored = !leaves(original) && !isWithin(original, "deps");
  return { name, original, place: mirrored ? original : `.escope/deps/${name}`, mixfile };
}

/** Where the dependency at `path` of the `mix.exs` in `from` lies, without the links on the way: Mix goes into the folder itself. */
export function dependencyFolder(project: Pick<Project, "root">, from: string, path: string): string {
  const { root } = project;
  const folder = relative(root, join(root, realFolder(root, from), path));
  return leaves(folder) ? folder : realFolder(root, folder);
}

/** A folder without the links on the way to it, relative to the root. */
export function realFolder(root: string, folder: string): string {
  const real = fs.existsSync(join(root, folder)) ? fs.realpathSync.native(join(root, folder)) : undefined;
  return real === undefined ? folder : relative(root, real);
}

/** The `mix.exs` in a folder of the project or beside it; null where there is none. */
export function mixfileIn({ root }: Pick<Project, "root">, folder: string): SourceFile | null {
  const path = joinInner(folder, "mix.exs");
  return fs.existsSync(join(root, path)) ? readMixfile(root, path) : null;
}

/** Where in the tree the file at `path` of the project stands, or of a dependency beside it. */
export function placeInTree(dependencies: readonly Dependency[], path: string): string {
  const owner = dependencies.find(({ original }) => path.startsWith(`${original}/`));
  return owner === undefined ? path : owner.place + path.slice(owner.original.length);
}
