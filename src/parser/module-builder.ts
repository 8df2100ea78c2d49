import type { HeadFacts } from "./bare-heads.ts";
import type { AttributeInfo, ClauseInfo, GuardInfo, ModuleInfo, UseInfo } from "./facts.ts";
import type { BlockUse, Expansion, QuotedInfo } from "./macros/facts.ts";
import type { Brought } from "./names.ts";
import type { DelegationInfo, MadeInfo } from "./tails.ts";

/** What the walk over a file has found of one module so far. */
export interface ModuleBuilder {
  readonly info: Pick<
    ModuleInfo,
    "name" | "file" | "line" | "span" | "protocol" | "bodyStart" | "conditions"
  >;
  readonly uses: UseInfo[];
  readonly blockUses: BlockUse[];
  readonly behaviours: string[];
  readonly imports: Brought[];
  readonly expansions: Expansion[];
  readonly beforeCompile: string[];
  readonly callbacks: string[];
  readonly clauses: ClauseInfo[];
  readonly delegates: string[];
  readonly delegations: DelegationInfo[];
  readonly made: MadeInfo[];
  readonly guards: GuardInfo[];
  readonly quoted: QuotedInfo[];
  readonly ordinals: Map<string, number>;
  readonly attributes: AttributeInfo[];
  /** The attributes since the last definition. */
  readonly before: AttributeInfo[];
  /** What the head without a body says of the clauses of its function. */
  readonly heads: Map<string, HeadFacts>;
  readonly template: boolean;
}

/** A module of which nothing is known but where it stands. */
export function openBuilder(info: ModuleBuilder["info"], template: boolean): ModuleBuilder {
  return {
    info,
    uses: [],
    blockUses: [],
    behaviours: [],
    imports: [],
    expansions: [],
    beforeCompile: [],
    callbacks: [],
    clauses: [],
    delegates: [],
    delegations: [],
    made: [],
    guards: [],
    quoted: [],
    ordinals: new Map(),
    attributes: [],
    before: [],
    heads: new Map(),
    template,
  };
}

/** The attributes that stand before a definition: those before the next one are others. */
export function takeBefore({ before }: ModuleBuilder): AttributeInfo[] {
  return before.splice(0);
}

/** Counts the clauses of a name and an arity. */
export function nextOrdinal(ordinals: Map<string, number>, key: string): number {
  const ordinal = (ordinals.get(key) ?? 0) + 1;
  ordinals.set(key, ordinal);
  return ordinal;
}
