import type { ClauseInfo, ModuleIndex, ModuleInfo, Traits } from "../parser/index.ts";

/** What a rule is asked about: one clause, with everything around it that a condition may name. */
export interface Candidate {
  readonly index: ModuleIndex;
  readonly module: ModuleInfo;
  readonly traits: Traits;
  readonly clause: ClauseInfo;
}

export type Condition = (candidate: Candidate) => boolean;

/** A rule that was read and checked; its condition is compiled once. */
export interface Rule {
  readonly id: string;
  /** The rule file, as the user named it. */
  readonly file: string;
  readonly matches: Condition;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
}
