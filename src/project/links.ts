import { isAbsolute, join, posix, relative } from "node:path";
import { folderOf, isWithin, joinInner, leaves } from "./paths.ts";

/** The two ends of a mirror, both absolute and real. */
export interface Mirror {
  readonly root: string;
  readonly out: string;
}

/** Folders at the root that the tree has no counterpart of. */
const notMirrored: ReadonlySet<string> = new Set([".git", ".escope", "cover", ".elixir_ls", ".lexical"]);

/**
 * The target that the link at `path` has in the tree: the mirrored file where there is one, else the original.
 * A target that only passes through mirrored places is kept as it is written, as other links on its way are mirrored too.
 */
export function mirrorTarget(mirror: Mirror, path: string, target: string): string {
  const here = folderOf(path);
  const inner = innerTarget(mirror, here, target);
  if (inner === null) return outwardTarget(mirror, here, target);
  if (!isAbsolute(target) && !leaves(joinInner(here, target))) return target;
  return posix.relative(`/${here}`, `/${inner}`) || ".";
}

/** The relative way from the tree's copy of `path`'s folder to the original at `path`. */
export function linkToOriginal(mirror: Mirror, path: string): string {
  return relative(join(mirror.out, folderOf(path)), join(mirror.root, path));
}

function innerTarget({ root, out }: Mirror, here: string, target: string): string | null {
  const absolute = isAbsolute(target) ? posix.normalize(target) : posix.join(root, here, target);
  if (!isWithin(absolute, root) || isWithin(absolute, out)) return null;
  const inner = relative(root, absolute);
  return notMirrored.has(inner.split("/")[0] ?? "") ? null : inner;
}

/** Joined, not normalised: `link/../x` means something else than `x` where `link` leads elsewhere. */
function outwardTarget({ root, out }: Mirror, here: string, target: string): string {
  const from = join(out, here);
  return isAbsolute(target) ? relative(from, target) || "." : `${relative(from, join(root, here))}/${target}`;
}
