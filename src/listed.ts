import { posix } from "node:path";
import { elixirParser, listedDependencies, withTree, type ListedDependency } from "./parser/index.ts";
import type { Project } from "./project/index.ts";

/** What the `mix.exs` of a project and of its applications list, each name once; folders are relative to the root. */
export async function listDependencies({ mixfiles }: Project): Promise<ListedDependency[]> {
  const parser = await elixirParser();
  const listed = mixfiles.flatMap((source) =>
    withTree(parser, source, listedDependencies).map((one) => fromRoot(posix.dirname(source.path), one)),
  );
  const byName = new Map<string, ListedDependency>();
  for (const one of listed) {
    const known = byName.get(one.name);
    if (known === undefined || (one.always && !known.always)) byName.set(one.name, one);
  }
  return [...byName.values()];
}

/** Whether a `mix.lock` is what Mix writes: a map. */
export async function isLock(text: string): Promise<boolean> {
  const parser = await elixirParser();
  return withTree(parser, { path: "mix.lock", text }, ({ root, faults }) => {
    const [map, ...others] = root.namedChildren.filter(({ type }) => type !== "comment");
    return faults.length === 0 && map?.type === "map" && others.length === 0;
  });
}

function fromRoot(folder: string, one: ListedDependency): ListedDependency {
  const path = one.near?.path;
  if (path === undefined || path.startsWith("/")) return one;
  return { ...one, near: { path: posix.join(folder, path) } };
}
