import type { Span } from "../../source.ts";
import type { Brought } from "../names.ts";
import type { Tails } from "../tails.ts";
import type { CallTarget } from "./query.ts";

export type SiteKind = "call" | "expr";

/** The name of an argument, and its place. */
export type Named = readonly [name: string, place: number];

/** A call or an expression in a clause that somebody asked for, before it is known what its names mean. */
export interface SiteInfo {
  readonly kind: SiteKind;
  /** What a probe takes into its parentheses; of a pipe, the step. */
  readonly span: Span;
  /** All of it: of a step, the pipe up to it. */
  readonly whole: Span;
  /** Line on which it starts, from 1. */
  readonly line: number;
  /** What a call may name: `apply(M, :f, [x])` is a call of `M.f/1`, and one of `apply/3`. */
  readonly targets: readonly CallTarget[];
  /** The keys of the patterns whose form an expression has. */
  readonly patterns: readonly string[];
  /** What keeps it from having the form of a pattern, by the pattern's text; only where that was asked for. */
  readonly misses?: ReadonlyMap<string, string>;
  /** What its arguments are called where they are named: `password`, `user.password`, `params["password"]`; with their places. */
  readonly given: readonly Named[];
  /** What is imported and required there. */
  readonly brought: readonly Brought[];
  /** The calls in whose arguments it stands, as far as they may be macros. */
  readonly around: readonly CallTarget[];
  /** What it ends in; undefined where it is not in tail position. */
  readonly tails: Tails | undefined;
  /** A call, of what may be a function, without a block: entry events alone keep its tail call. */
  readonly plain: boolean;
  /** Why it must be left alone. */
  readonly obstacle: string | undefined;
}
