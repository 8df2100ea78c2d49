import type { ClauseInfo, ModuleInfo } from "./facts.ts";
import type { ModuleIndex } from "./module-index.ts";
import { traitsOf, type BlockEnd, type Traits } from "./traits.ts";

/** Modules that have only some of the clauses among which theirs were counted. */
const PARTS = new WeakSet<ModuleInfo>();

const KNOWN = new WeakMap<ModuleIndex, Map<ModuleInfo, readonly ModuleInfo[]>>();

/** The module with the clauses that are its own, and the modules that macros make of their blocks in it. */
export function placedModules(index: ModuleIndex, module: ModuleInfo): readonly ModuleInfo[] {
  if (!module.clauses.some(({ within }) => within !== undefined)) return [module];
  const known = KNOWN.get(index) ?? new Map<ModuleInfo, readonly ModuleInfo[]>();
  KNOWN.set(index, known);
  const placed = known.get(module) ?? place(module, traitsOf(index, module));
  known.set(module, placed);
  return placed;
}

function place(module: ModuleInfo, { blocks }: Traits): readonly ModuleInfo[] {
  const made = [...blocks].flatMap(([block, end]) => {
    const name = madeName(end);
    return name === undefined ? [] : [madeModule(module, name, block)];
  });
  if (made.length === 0) return [module];
  const moved = new Set(made.flatMap(({ clauses }) => clauses));
  const own = { ...module, clauses: module.clauses.filter((clause) => !moved.has(clause)) };
  for (const part of [own, ...made]) PARTS.add(part);
  return [own, ...made];
}

/** The clause's place among those of its name and arity in the module that it comes to be in. */
export function ordinalIn(module: ModuleInfo, clause: ClauseInfo): number {
  if (!PARTS.has(module)) return clause.ordinal;
  const same = module.clauses.filter(({ name, arity }) => name === clause.name && arity === clause.arity);
  return same.indexOf(clause) + 1;
}

export function madeName(end: BlockEnd | undefined): string | undefined {
  return typeof end === "object" ? end.made : undefined;
}

/** What is known of the module that a macro makes of the block that starts there. */
export function madeModule(module: ModuleInfo, name: string, block: number): ModuleInfo {
  const isInside = (each: { readonly block?: number }): boolean => each.block === block;
  const nothing = {
    behaviours: [],
    expansions: [],
    blockUses: [],
    beforeCompile: [],
    quoted: [],
    attributes: [],
  };
  return {
    ...module,
    ...nothing,
    name,
    line: module.expansions.find(isInside)?.line ?? module.line,
    clauses: module.clauses.filter(({ within }) => within?.block === block),
    uses: module.blockUses.filter(isInside).map(({ use }) => use),
    span: { start: block, end: block },
  };
}

/** Why a clause in the block of a macro must be left alone; `around` is the module in which the block is written. */
export function blockObstacle({ within }: ClauseInfo, around: Traits): string | undefined {
  if (within === undefined) return undefined;
  const { block, macro, nested } = within;
  const end = around.blocks.get(block);
  const made = madeName(end);
  if (made !== undefined)
    return `it stands in the block of which \`${macro}\` makes the module ${made}, where escope sets no probes`;
  if (end === "kept" && !nested)
    return around.handedOn.has(block)
      ? undefined
      : `it stands in the block of \`${macro}\`, which may do more with it than put it into the module`;
  return `it stands inside \`${macro}\`, a macro that escope does not know to keep definitions`;
}
