import type { ModuleAbout, ModuleInfo, Traits } from "../parser/index.ts";
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

function madeName(end: ReturnType<Traits["blocks"]["get"]>): string | undefined {
  return typeof end === "object" ? end.made : undefined;
}

function made(name: string, block: number, about: ModuleAbout, info: ModuleInfo): [ModuleAbout, ModuleInfo] {
  const isInside = (each: { readonly block?: number }): boolean => each.block === block;
  const definitions = about.definitions.filter(isInside);
  const starts = new Set(definitions.map(({ at }) => at));
  const clauses = info.clauses.filter(({ span }) => starts.has(span.start));
  const uses = info.blockUses.filter(isInside).map(({ use }) => use);
  const line = info.expansions.find(isInside)?.line ?? about.line;
  const nothing = { attributes: [], statements: [], specs: [], delegates: [], code: [] };
  const empty = {
    behaviours: [],
    expansions: [],
    blockUses: [],
    beforeCompile: [],
    quoted: [],
    attributes: [],
  };
  return [
    { ...about, ...nothing, name, line, at: block, definitions, uses: about.uses.filter(isInside) },
    { ...info, ...empty, name, line, clauses, uses, span: { start: block, end: block } },
  ];
}
