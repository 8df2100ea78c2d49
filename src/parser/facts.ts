import type { Span } from "../source.ts";
import type { Value } from "./about/value.ts";
import type { CommentInfo } from "./comments.ts";
import type { BlockUse, Condition, Expansion, QuotedInfo } from "./macros/facts.ts";
import type { Brought } from "./names.ts";
import type { SiteInfo } from "./sites/site.ts";
import type {
  ClosureInfo,
  DelegationInfo,
  Escapes,
  InjectedInfo,
  MacroEnds,
  MadeInfo,
  ModuleValue,
  Tails,
} from "./tails.ts";

export type DefinitionKind = "def" | "defp" | "defmacro" | "defmacrop";

export function isMacro({ kind }: { readonly kind: DefinitionKind }): boolean {
  return kind === "defmacro" || kind === "defmacrop";
}

/** How the rewriter can put a probe on a clause: a prefix alone, or prefix and suffix in parentheses. */
export type ProbeForm = "prefix" | "wrap";

/** `@name value` in a module's body. */
export interface AttributeInfo {
  readonly name: string;
  /** The value as it is written, on one line; cut where it is long. */
  readonly text: string;
  readonly line: number;
}

export interface BlockPlace {
  /** Where the statement of the outermost such macro starts. */
  readonly block: number;
  readonly macro: string;
  /** There is another one inside its block. */
  readonly nested: boolean;
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
  /** What each parameter takes at a glance (`tagOf`). */
  readonly tags: readonly string[];
  /** It has a `when`. */
  readonly guarded: boolean;
  /** What stands before it since the definition before: `@impl`, `@doc` and others. */
  readonly attributes: readonly AttributeInfo[];
  /** Which of the names that were asked for it holds; where not all, its other variables, too. */
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
  /** Where its `do … end` block begins, which ends where the clause does. */
  readonly block: number | undefined;
  readonly tails: Tails;
  /** The modules that it returns; undefined where it may return anything else. */
  readonly gives?: ModuleValue | undefined;
  /** Of a macro: what its code ends in of what it is given. */
  readonly macroEnds: MacroEnds | undefined;
  /** The functions that are written out in it and end in a call. */
  readonly closures: readonly ClosureInfo[];
  /** What is defined in the code that it quotes. */
  readonly injected: readonly InjectedInfo[];
  /** `unquote` decides on its name or on the number of its parameters. */
  readonly computed: boolean;
  /** The source makes one or more functions of this clause while it compiles: name or module differ at run time. */
  readonly template: boolean;
  /** Why this clause must not be touched; undefined when it can be rewritten. */
  readonly obstacle: string | undefined;
  /** The macro in whose `do` block it stands: only the index knows what becomes of that. */
  readonly within?: BlockPlace;
  /** The keys of the patterns that were asked for whose form it has as a whole. */
  readonly forms: readonly string[];
  /** What was asked for in its body; of functions only. */
  readonly sites: readonly SiteInfo[];
}

/** `use Target, argument`. */
export interface UseInfo {
  readonly target: string;
  /** An empty list where nothing is given. */
  readonly argument: Value;
  readonly line: number;
  /** All of them must hold. */
  readonly conditions: readonly Condition[];
}

/** A `defguard` or `defguardp`. */
export interface GuardInfo {
  /** `name/arity` */
  readonly key: string;
  readonly exported: boolean;
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
  /** What must hold for it to be compiled at all. */
  readonly conditions: readonly Condition[];
  readonly uses: readonly UseInfo[];
  /** Those in the blocks of macros. */
  readonly blockUses: readonly BlockUse[];
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
  /** The same, with what they end in. */
  readonly delegations: readonly DelegationInfo[];
  /** What may make functions in its body. */
  readonly made: readonly MadeInfo[];
  readonly guards: readonly GuardInfo[];
  /** What can be followed from a `use` of it, or through a function of it. */
  readonly quoted: readonly QuotedInfo[];
}

export interface Fault {
  readonly line: number;
  readonly column: number;
  readonly tooDeep?: boolean;
}

/** What escope knows of one file: plain data that outlives the syntax tree. */
export interface FileFacts {
  readonly path: string;
  /** Outer modules before the modules inside them. */
  readonly modules: readonly ModuleInfo[];
  readonly escapes: Escapes;
  /** A place where the file is no valid Elixir, or nested too deeply to be read; then `modules` is empty. */
  readonly fault: Fault | undefined;
  /** The file names a module `Escope` of its own: the rewriter writes `Elixir.Escope`. */
  readonly namesEscope: boolean;
  /** What its comments say to escope. */
  readonly comments: readonly CommentInfo[];
}
