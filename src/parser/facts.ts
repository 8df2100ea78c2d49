import type { Span } from "../source.ts";
import type { CommentInfo } from "./comments.ts";
import type { Brought } from "./names.ts";
import type { SiteInfo } from "./sites/site.ts";
import type { Tails } from "./tail-calls.ts";

export type DefinitionKind = "def" | "defp" | "defmacro" | "defmacrop";

/** How the rewriter can put a probe on a clause: a prefix alone, or prefix and suffix in parentheses. */
export type ProbeForm = "prefix" | "wrap";

/** `@name value` in a module's body. */
export interface AttributeInfo {
  readonly name: string;
  /** The value as it is written, on one line; cut where it is long. */
  readonly text: string;
  readonly line: number;
}

/** One clause of a function or macro, with a body. */
export interface ClauseInfo {
  readonly kind: DefinitionKind;
  /** As written; the text of the head where the name is only known while the module compiles. */
  readonly name: string;
  /** Number of parameters, those with defaults included; undefined where `unquote_splicing` hides it. */
  readonly arity: number | undefined;
  readonly defaults: number;
  /** The names of each parameter's whole value, without leading underscores. */
  readonly parameters: readonly (readonly string[])[];
  /** It has a `when`. */
  readonly guarded: boolean;
  /** What stands before it since the definition before: `@impl`, `@doc` and others. */
  readonly attributes: readonly AttributeInfo[];
  /** Which of the names that were asked for it holds. */
  readonly mentions: readonly string[];
  /** Its body calls the function that it is a clause of. */
  readonly callsItself: boolean;
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

/** What a macro is given, as far as it is written out. */
export interface Argument {
  /** The atom of `use X, :atom` and `use X, {:atom, …}`. */
  readonly atom: string | undefined;
  /** The atoms among its options; null for one that is given and computed. */
  readonly options: Readonly<Record<string, string | null>>;
}

/** `use Target, argument`. */
export interface UseInfo {
  readonly target: string;
  readonly argument: Argument;
  readonly line: number;
}

/** A call where a macro may stand: whatever it quotes comes in its place. */
export interface Expansion {
  /** Undefined for one that is imported. */
  readonly module: string | undefined;
  readonly name: string;
  readonly arity: number;
  readonly argument: Argument;
  readonly line: number;
}

/** Quoted code that does not say what it brings: `use unquote(module)`. */
export interface OpenEnd {
  readonly line: number;
  readonly what: string;
}

/** What a macro or function that helps with `use` returns as quoted code, as far as it can be read. */
export interface QuotedInfo {
  readonly name: string;
  readonly line: number;
  /** The atom that its first parameter, or a `case` on it, must be; undefined where it takes anything. */
  readonly firstAtom: string | undefined;
  /** The option of its first parameter that must be this atom, where it is not the parameter itself. */
  readonly option: { readonly name: string; readonly fallback: string | undefined } | undefined;
  readonly uses: readonly UseInfo[];
  readonly behaviours: readonly string[];
  /** What it imports and requires. */
  readonly brought: readonly Brought[];
  /** What it calls outside of quoted code, `unquote` included. */
  readonly calls: readonly QuotedCall[];
  /** What may be a macro in the quoted code. */
  readonly expansions: readonly Expansion[];
  /** The modules of each `@before_compile`. */
  readonly beforeCompile: readonly string[];
  readonly openEnds: readonly OpenEnd[];
  /** `name/arity` of each public function that it defines. */
  readonly defines: readonly string[];
}

/** A call that may return more quoted code. */
export interface QuotedCall {
  readonly module: string;
  /** Undefined for `apply(Module, which, …)`: the atom given to `use` names the function. */
  readonly name: string | undefined;
  readonly argument: Argument;
  /** It is given the caller's own first parameter. */
  readonly passesOn: boolean;
  /** `unquote` puts what it returns into the quoted code, as a statement. */
  readonly spliced: boolean;
  readonly line: number;
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
  /** What its body sets. */
  readonly attributes: readonly AttributeInfo[];
  /** What its body imports. */
  readonly imports: readonly Brought[];
  /** What may be a macro in its body. */
  readonly expansions: readonly Expansion[];
  /** The modules of each `@before_compile`. */
  readonly beforeCompile: readonly string[];
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
  /** What its comments say to escope. */
  readonly comments: readonly CommentInfo[];
}
