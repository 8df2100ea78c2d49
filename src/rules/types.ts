import type {
  CallQuery,
  ClauseInfo,
  ModuleIndex,
  ModuleInfo,
  Pattern,
  ResolvedCall,
  Traits,
} from "../parser/index.ts";

/** What a rule is asked about: one clause, or one place in it, with everything around it that a condition may name. */
export interface Candidate {
  readonly index: ModuleIndex;
  readonly module: ModuleInfo;
  readonly traits: Traits;
  readonly clause: ClauseInfo;
  /** What the call means; absent for a clause, empty for an expression. */
  readonly calls?: readonly ResolvedCall[];
  /** The texts of the patterns whose form the expression has. */
  readonly patterns?: readonly string[];
}

export type Condition = (candidate: Candidate) => boolean;

/** What a rule selects: whole clauses, calls in them, or expressions in them. */
export type Sort = "clause" | "call" | "expr";

/** A rule that was read and checked; its condition is compiled once. */
export interface Rule {
  readonly id: string;
  /** The rule file, as the user named it. */
  readonly file: string;
  readonly sort: Sort;
  /** The calls and patterns that its sites must be looked for by; empty where it selects clauses. */
  readonly calls: readonly CallQuery[];
  readonly patterns: readonly Pattern[];
  readonly matches: Condition;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
}
