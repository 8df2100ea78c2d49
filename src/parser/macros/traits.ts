import type { Value } from "../about/value.ts";
import type { Brought } from "../names.ts";

/** Where and why a `use` could not be followed any further. */
export interface UseEnd {
  /** The line of the module's own `use` that leads there. */
  readonly line: number;
  /** Where it ended: in the module itself, or in a macro. */
  readonly at: { readonly file: string; readonly line: number };
  readonly reason: string;
  /** The module whose source would be needed. */
  readonly missing: string | undefined;
}

/** What a `use` may bring, by a condition that the text does not decide. */
export interface Possible {
  /** The line of the module's own `use` that leads there. */
  readonly line: number;
  readonly at: { readonly file: string; readonly line: number };
  /** As it is written. */
  readonly condition: string;
}

/** A module that a macro makes. */
export interface Made {
  /** The line of the module's own `use` that leads there. */
  readonly line: number;
  readonly at: { readonly file: string; readonly line: number };
}

/** Where the block of a macro goes: it is `kept` as it stands, or it is the body of the module `made`; or that is not known. */
export type BlockEnd = "kept" | "unknown" | { readonly made: string };

/** `on_mount …` in quoted code. */
export interface Mounted {
  /** The line of the module's own `use` that leads there. */
  readonly line: number;
  readonly value: Value;
}

/** A clause in quoted code that may take a message. */
export interface BroughtClause {
  readonly file: string;
  /** Offset at which it starts. */
  readonly at: number;
  /** Behind the module's own clauses, as what `@before_compile` brings. */
  readonly late: boolean;
  /** It is not certain that the module has it. */
  readonly maybe: boolean;
}

/** What a module is, by everything that it uses, directly or through macros. */
export interface Traits {
  /** Whether it is compiled at all, by the conditions around it; undefined where the text does not decide. */
  readonly exists: boolean | undefined;
  /** Every module that is `use`d. */
  readonly uses: ReadonlySet<string>;
  /** What is given to each of them, the first time. */
  readonly given: ReadonlyMap<string, Value>;
  /** Every behaviour that is declared, or implied by what is used. */
  readonly behaviours: ReadonlySet<string>;
  /** What the macros that are `use`d import and require. */
  readonly brought: readonly Brought[];
  /** What the macros that are `use`d, also by the modules around it, alias: the name as written, and the module. */
  readonly aliases: ReadonlyMap<string, string>;
  /** `name/arity` of the functions that these define, or may define. */
  readonly defines: ReadonlySet<string>;
  /** Clauses of callbacks that these define. */
  readonly clauses: readonly BroughtClause[];
  /** Hooks that these have a live view mount. */
  readonly mounts: readonly Mounted[];
  /** The modules that its macros make beside it, by their names; by the text where that is computed. */
  readonly makes: ReadonlyMap<string, Made>;
  /** What becomes of the blocks that macros of the index are given, by where their statements start. */
  readonly blocks: ReadonlyMap<number, BlockEnd>;
  /** Those of them that are kept, by macros that provably do nothing else with them. */
  readonly handedOn: ReadonlySet<number>;
  /** What it may use, and behaviours that it may have, and is not certain to. */
  readonly possible: ReadonlyMap<string, Possible>;
  /** What is `use`d and could not be followed to its end, by what is in the way. */
  readonly unfollowed: ReadonlyMap<string, UseEnd>;
  /** Modules outside of the index of which it would help to know more. */
  readonly wanted: ReadonlySet<string>;
}
