import type { MixfileInfo, ReadPath } from "../parser/index.ts";
import type { Edit } from "./edits.ts";

/**
 * Adds the runtime to a `mix.exs`: whatever `project/0` returns goes through the tree's own `Escope.Tree`, which adds the
 * dependency and leaves everything else as it is. `toRoot` is the way from the file's folder to the root of the tree.
 * What has no probes is only `located`: its paths that lead out of the root are set right.
 */
export function mixfileEdits(info: MixfileInfo, toRoot: string, located = false): Edit[] {
  if (info.moduleEnd === undefined) return [];
  const load = `Code.require_file(${JSON.stringify(`${toRoot}.escope/tree.exs`)}, __DIR__); `;
  const names = info.definesApplication && !located ? ["project", "application"] : ["project"];
  const overrides = names.map(
    (name) =>
      `defoverridable ${name}: 0; def ${name}, do: Escope.Tree.${located ? "located" : name}(super()); `,
  );
  return [
    { at: 0, text: load, probeId: null },
    { at: info.moduleEnd, text: overrides.join(""), probeId: null },
  ];
}

/** Has paths start in the folder of the original, where `toOriginal` leads to from the file's in the tree. */
export function readEdits(paths: readonly ReadPath[], toOriginal: string): Edit[] {
  return paths.map(({ at }) => ({ at, text: `${toOriginal}/`, probeId: null }));
}
