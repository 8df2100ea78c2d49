import type { Span } from "../source.ts";
import type { Brought } from "./names.ts";
import type { SiteInfo } from "./sites/site.ts";
import type { Tails } from "./tail-calls.ts";

export type DefinitionKind = "def" | "defp" | "defmacro" | "defmacrop";

/** How the rewriter can put a probe on a clause: a prefix alone, or prefix and suffix in parentheses. */
export type ProbeForm = "prefix" | "wrap";

/** One clause of a function or macro, with a body. */
export interface ClauseInfo {
  readonly kind: DefinitionKind;
  /** As written; the text of the head where the name is only known while the module compiles. */
  readonly name: string;
  /** Number of parameters, those with defaults included; undefined where `unquote_splicing` hides it. */
  readonly arity: number | undefined;
  readonly defaults: number;
  /** Counts the clauses of this name and arity in their module, from 1. */
  readonly ordinal: number;
  /** From the first character of `def` to the end of the body. */
  readonly span: Span;
  /** Line on which the clause starts, from 1. */
  readonly line: number;
  readonly form: ProbeForm;
  readonly tails: Tails;
  /** `unquote` decides on its name or on the number of its parameters. */
  readonly computed: boolean;
  /** The source makes one or more functions of this clause while it compiles: name or module differ at run time. */
  readonly template: boolean;
  /** Why this clause must not be touched; undefined when it can be rewritten. */
  readonly obstacle: string | undefined;
  /** What was asked for in its body; of functions only. */
  readonly sites: readonly SiteInfo[];
}

/** `use Target, argument`. */
export interface UseInfo {
  readonly target: string;
  /** The atom of `use X, :atom` and `use X, {:atom, …}`. */
  readonly which: string | undefined;
  readonly line: number;
}

/** What a macro or function that helps with `use` returns as quoted code, as far as it can be read. */
export interface QuotedInfo {
  readonly name: string;
  /** The atom that its first parameter, or a `case` on it, must be; undefined where it takes anything. */
  readonly firstAtom: string | undefined;
  readonly uses: readonly UseInfo[];
  readonly behaviours: readonly string[];
  /** What it imports and requires. */
  readonly brought: readonly Brought[];
  /** What it calls outside of quoted code, `unquote` included. */
  readonly calls: readonly QuotedCall[];
}

/** A call that may return more quoted code. */
export interface QuotedCall {
  readonly module: string;
  /** Undefined for `apply(Module, which, …)`: the atom given to `use` names the function. */
  readonly name: string | undefined;
  /** The atom it is given first. */
  readonly argument: string | undefined;
  /** It is given the caller's own first parameter. */
  readonly passesOn: boolean;
}

export interface ModuleInfo {
  /** Full name without `Elixir.`; `Protocol.{A, B}` for `defimpl … for: [A, B]`; the text where it is computed. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly span: Span;
  /** The protocol that it implements. */
  readonly protocol: string | undefined;
  /** Where the first statement of the body may be inserted; undefined where there is no such place. */
  readonly bodyStart: number | undefined;
  readonly uses: readonly UseInfo[];
  readonly behaviours: readonly string[];
  /** `name/arity` of each `@callback`. */
  readonly callbacks: readonly string[];
  readonly clauses: readonly ClauseInfo[];
  /** `name/arity` of each `defdelegate`. */
  readonly delegates: readonly string[];
  /** What can be followed from a `use` of it, or through a function of it. */
  readonly quoted: readonly QuotedInfo[];
}

/** What escope knows of one file: plain data that outlives the syntax tree. */
export interface FileFacts {
  readonly path: string;
  /** Outer modules before the modules inside them. */
  readonly modules: readonly ModuleInfo[];
  /** A place where the file is no valid Elixir; then `modules` is empty. */
  readonly fault: { readonly line: number; readonly column: number } | undefined;
  /** The file names a module `Escope` of its own: the rewriter writes `Elixir.Escope`. */
  readonly namesEscope: boolean;
}
