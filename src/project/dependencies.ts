import fs from "node:fs";
import { join } from "node:path";
import type { Build } from "./builds.ts";
import { isFolder, namesIn, stampOf } from "./disk.ts";
import { linkToOriginal, type Mirror } from "./links.ts";

/** What a fetched dependency holds that compiles, or is checked out, within its own folder and not in `_build`. */
const selfWriting =
  "rebar.config rebar erlang.mk Makefile makefile GNUmakefile Makefile.win c_src native .git".split(" ");

/** Sources that a compiler turns into others beside them. */
const generating = /\.[xy]rl$/;

/** What such a dependency's tools make there; the tree's make it anew. */
export const remade: readonly string[] = ["_build", "node_modules"];

/** Dependencies, each in a folder of the tree's own: what is cleaned or fetched in the tree leaves the original alone. */
export interface Dependencies {
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Those whose compilation would write through a link. */
  readonly copies: readonly Build[];
}

export function findDependencies(mirror: Mirror): Dependencies {
  const names = namesIn(join(mirror.root, "deps"));
  const paths = names.map((name) => `deps/${name}`).filter((path) => leadsToFolder(join(mirror.root, path)));
  const copied = paths.filter((path) => writesItself(join(mirror.root, path)));
  const linked = paths.filter((path) => !copied.includes(path));
  return {
    links: linked.map((path) => ({ path, target: linkToOriginal(mirror, path) })),
    copies: copied.map((path) => ({ path, stamp: dependencyStamp(join(mirror.root, path)) })),
  };
}

function leadsToFolder(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A link in `deps` is the user's own: it leads to a place that is worked on. */
function writesItself(path: string): boolean {
  if (!isFolder(path)) return false;
  const tools = selfWriting.some((name) => fs.existsSync(join(path, name)));
  return tools || namesIn(join(path, "src")).some((name) => generating.test(name));
}

function dependencyStamp(path: string): string {
  const names = namesIn(path).filter((name) => !remade.includes(name) && name !== ".git");
  return stampOf(path, [...names, ".git/HEAD", ".git/index"]);
}
