import type {
  CallQuery,
  ClauseInfo,
  ModuleIndex,
  ModuleInfo,
  Pattern,
  ResolvedCall,
  SiteInfo,
  SiteQuery,
  Traits,
} from "../parser/index.ts";
import type { SourceFile } from "../source.ts";
import type { Action } from "./action/types.ts";
import type { TraceRule } from "./traced.ts";
import type { Value } from "./yaml.ts";

/** What a rule is asked about: one clause, or one place in it, with everything around it that a condition may name. */
export interface Candidate {
  readonly index: ModuleIndex;
  readonly module: ModuleInfo;
  readonly traits: Traits;
  readonly clause: ClauseInfo;
  /** The call or expression; absent for a clause. */
  readonly site?: SiteInfo;
  /** What the call means; absent for a clause, empty for an expression. */
  readonly calls?: readonly ResolvedCall[];
  /** The keys of the patterns whose form the expression has. */
  readonly patterns?: readonly string[];
  /** What is known beyond the module itself; absent where nobody told. */
  readonly known?: Surroundings;
}

/** What the planner knows of the project as a whole. */
export interface Surroundings {
  /** What the calls of a site in `module` mean. */
  readonly resolve: (site: SiteInfo, module: ModuleInfo) => readonly ResolvedCall[];
  /** Whether the clause's function calls itself through tail calls. */
  readonly isRecursive: (clause: ClauseInfo) => boolean;
  /** As `escope index` has them. */
  readonly kindsOf: (module: ModuleInfo) => readonly string[];
  readonly ownerOf: (path: string) => Owner;
}

/** The application or the dependency that a file belongs to. */
export interface Owner {
  readonly app: string | undefined;
  readonly dep: string | undefined;
}

export interface Condition {
  (candidate: Candidate): boolean;
  /** What it is made of, for those who explain it; absent where it is one test. */
  readonly parts?: Parts;
  /** It is `function.kind`. */
  readonly namesKind?: true;
}

export interface Parts {
  readonly how: "all" | "any" | "not";
  readonly of: readonly Part[];
}

export interface Part {
  /** As it is written; empty for an entry of a list. */
  readonly key: string;
  readonly value: Value;
  readonly holds: Condition;
}

/** What a rule selects: whole clauses, calls in them, or expressions in them. */
export type Sort = "clause" | "call" | "expr";

/** A match that was read and checked; its condition is compiled once. */
export interface Match {
  readonly sort: Sort;
  /** The calls and patterns that its sites must be looked for by; empty where it selects clauses. */
  readonly calls: readonly CallQuery[];
  readonly patterns: readonly Pattern[];
  /** What must be looked for besides, to know what stands around or within. */
  readonly context: SiteQuery;
  readonly matches: Condition;
}

/** A rule that was read and checked. */
export interface Rule extends Match {
  readonly id: string;
  /** The rule file, as the user named it. */
  readonly file: string;
  readonly action: Action;
  /** The most probes that it may ask for, and where that is written; absent where nothing is said. */
  readonly budget?: { readonly most: number; readonly at: Value };
  /** The rule as it stands in its file. */
  readonly written: Value;
  /** What the rule in whose place it stands hides, and it does not: where that is written, and its names. */
  readonly unhidden?: { readonly file: string; readonly names: readonly string[] };
}

/** What no rule selects: of clauses, also nothing in them. */
export interface Exclusion extends Match {
  readonly file: string;
  readonly written: Value;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Those whose functions the VM traces. */
  readonly traced?: readonly TraceRule[];
  readonly exclude?: readonly Exclusion[];
  /** The files that it was read from; absent where it was not. */
  readonly sources?: readonly SourceFile[];
}
