import fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join, parse, relative, resolve, sep } from "node:path";
import { outRefused, outThroughLink } from "../errors.ts";
import { statAt } from "./disk.ts";
import type { Project } from "./open.ts";
import { isWithin } from "./paths.ts";

/** Folders that Mix, git or escope read: a tree within them would become a part of the original. */
const takenFolders = [
  ".git .escope .elixir_ls _build deps node_modules cover",
  "lib test config priv src apps assets rel web",
].flatMap((names) => names.split(" "));

/**
 * The tree's folder, absolute and real: `out` as the user wrote it, seen from the working folder, or `_escope` in
 * the root. A place where writing could harm something else is refused.
 */
export function treeFolder(project: Project, out?: string): string {
  if (out === undefined) return checkPlace(project, join(project.root, "_escope"), "_escope");
  return checkPlace(project, resolve(out), out);
}

function checkPlace({ root, mixfiles }: Project, lexical: string, written: string): string {
  const out = withoutLinks(lexical, root, written);
  if (isWithin(root, out)) throw outRefused(written, "it is the project or a folder above it");
  if (isWithin(homedir(), out)) throw outRefused(written, "it is your home folder or a folder above it");
  if (out.split(sep).includes(".git"))
    throw outRefused(written, "it is a part of a git repository's own data");
  if (isWithin(out, root)) {
    const inner = relative(root, out);
    const taken = [...takenFolders, ...mixfiles.slice(1).map(({ path }) => dirname(dirname(path)))];
    const clash = taken.find((folder) => isWithin(inner, folder));
    if (clash !== undefined) throw outRefused(written, `it lies in the project's own ${clash}/`);
  }
  const there = statAt(out);
  if (there !== null && !there.isDirectory()) throw outRefused(written, "it is a file");
  return out;
}

/** Follows only links that lead to the project or to a folder above it: they are how the user reached it. */
function withoutLinks(path: string, root: string, written: string): string {
  const { root: top } = parse(path);
  let at = top;
  for (const part of path.slice(top.length).split(sep).filter(Boolean)) {
    const next = join(at, part);
    if (statAt(next)?.isSymbolicLink() !== true) {
      at = next;
      continue;
    }
    const target = realOrNull(next);
    if (next === path || target === null || !isWithin(root, target))
      throw outThroughLink(written, next, target);
    at = target;
  }
  return at;
}

function realOrNull(link: string): string | null {
  try {
    return fs.realpathSync.native(link);
  } catch {
    return null;
  }
}
