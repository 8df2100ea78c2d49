import type { MixfileInfo } from "../parser/index.ts";
import type { Edit } from "./edits.ts";

/**
 * Adds the runtime to a `mix.exs`: whatever `project/0` returns goes through the tree's own `Escope.Tree`, which adds the
 * dependency and leaves everything else as it is. `toRoot` is the way from the file's folder to the root of the tree.
 */
export function mixfileEdits(info: MixfileInfo, toRoot: string): Edit[] {
  if (info.moduleEnd === undefined) return [];
  const load = `Code.require_file(${JSON.stringify(`${toRoot}.escope/tree.exs`)}, __DIR__); `;
  const overrides = ["project", ...(info.definesApplication ? ["application"] : [])].map(
    (name) => `defoverridable ${name}: 0; def ${name}, do: Escope.Tree.${name}(super()); `,
  );
  return [
    { at: 0, text: load, probeId: null },
    { at: info.moduleEnd, text: overrides.join(""), probeId: null },
  ];
}
