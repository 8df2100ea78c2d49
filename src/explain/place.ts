import type { PlannedProbe, Way } from "../planner/index.ts";
import type { Finding } from "../rules/index.ts";

/** How a rule's conditions stand for one place. */
export interface RuleVerdict {
  readonly id: string;
  readonly file: string;
  readonly matches: boolean;
  readonly conditions: Finding;
  /** The first condition that failed. */
  readonly failed: Finding | undefined;
  /** What the rule asks for besides, as it is written. */
  readonly asks: string | undefined;
}

/** A rule that selects calls or expressions, and those that it selects in a clause. */
export interface SiteRules {
  readonly id: string;
  readonly file: string;
  readonly selects: "calls" | "expressions";
  readonly lines: readonly number[];
}

/** A line before and after a probe came in. */
export interface ProbeText {
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** A clause, or a call or an expression in it, and everything that says why it is (not) probed. */
export interface Place {
  readonly kind: "clause" | "call" | "expr";
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** What is called, or the pattern. */
  readonly target: string | undefined;
  readonly outcome: "probed" | "skipped" | "excluded" | "not selected" | "never";
  /** Why it is left alone; undefined where it is probed, or nothing selects it. */
  readonly reason: string | undefined;
  readonly probe: PlannedProbe | undefined;
  /** Why only entries are recorded. */
  readonly way: Way | undefined;
  readonly text: readonly ProbeText[];
  /** Where its rules ask for what does not go together, and what becomes of it. */
  readonly conflicts: readonly string[];
  readonly rules: readonly RuleVerdict[];
  readonly inside: readonly SiteRules[];
}
