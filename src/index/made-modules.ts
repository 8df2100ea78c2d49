import { madeModule, madeName, type ModuleAbout, type ModuleInfo, type Traits } from "../parser/index.ts";
import type { Subject } from "./subjects.ts";

/** A module without what stands in the blocks of macros that make other modules of them: `define Server do … end`. */
export function withoutMade(about: ModuleAbout, { blocks }: Traits): ModuleAbout {
  const isOwn = ({ block }: { readonly block?: number }): boolean =>
    block === undefined || madeName(blocks.get(block)) === undefined;
  return { ...about, definitions: about.definitions.filter(isOwn), uses: about.uses.filter(isOwn) };
}

/** What is known of these other modules: their code, and what they use. */
export function madeOf({ traits, info, written }: Subject): [ModuleAbout, ModuleInfo][] {
  return [...traits.blocks].flatMap(([block, end]) => {
    const name = madeName(end);
    return name === undefined || info === undefined ? [] : [made(name, block, written, info)];
  });
}

function made(name: string, block: number, about: ModuleAbout, info: ModuleInfo): [ModuleAbout, ModuleInfo] {
  const isInside = (each: { readonly block?: number }): boolean => each.block === block;
  const facts = madeModule(info, name, block);
  const nothing = { attributes: [], statements: [], specs: [], delegates: [], code: [] };
  const lists = { definitions: about.definitions.filter(isInside), uses: about.uses.filter(isInside) };
  return [{ ...about, ...nothing, ...lists, name, line: facts.line, at: block }, facts];
}
