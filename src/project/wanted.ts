import type { Build } from "./builds.ts";
import { buildItem, copyItem, folderItem, type Item, linkItem, textItem } from "./items.ts";
import type { Borrowed, Link } from "./list.ts";
import type { Project } from "./open.ts";

/** A file whose content is known: an instrumented source, `mix.exs`, the runtime, the manifest. */
export interface TreeFile {
  readonly path: string;
  readonly text: string;
}

/** A whole tree, paths relative to it. `files` beat what else is planned at the same path. */
export interface TreePlan {
  /** As `treeFolder` gives it. */
  readonly out: string;
  readonly files: readonly TreeFile[];
  readonly copies: readonly string[];
  readonly borrowed?: readonly Borrowed[];
  readonly folders: readonly string[];
  readonly links: readonly Link[];
  readonly builds: readonly Build[];
}

/** The tree ignores itself, whatever the project's own ignore file says. */
const ignoreFile: TreeFile = { path: ".gitignore", text: "*\n" };

/** Each path of the tree with what it shall be. */
export function wantedItems({ root }: Project, plan: TreePlan): Map<string, Item> {
  const files = [...plan.files, ignoreFile];
  const taken = new Set(files.map(({ path }) => path));
  const wanted = new Map<string, Item>();
  const add = (path: string, item: Item | null): void => {
    if (item !== null) wanted.set(path, item);
  };
  for (const path of plan.copies) if (!taken.has(path)) add(path, copyItem(root, path));
  for (const { path, from } of plan.borrowed ?? []) if (!taken.has(path)) add(path, copyItem(root, from));
  for (const path of plan.folders) if (!taken.has(path)) add(path, folderItem());
  for (const { path, target } of plan.links) if (!taken.has(path)) add(path, linkItem(target));
  for (const build of plan.builds) add(build.path, buildItem({ root, out: plan.out }, build));
  for (const { path, text } of files) add(path, textItem(root, path, text));
  return wanted;
}
