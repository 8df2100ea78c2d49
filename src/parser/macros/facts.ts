import type { Binding, DefaultAbout } from "../about/about.ts";
import type { Value } from "../about/value.ts";
import type { UseInfo } from "../facts.ts";
import type { Brought } from "../names.ts";

/** What stands for the module that uses a macro, in the names of what the macro quotes. */
export const USER = "__MODULE__";

/** A branch of a `case`, an `if` or a `cond`. Without pattern and guard it is taken where no other is. */
export interface Branch {
  readonly pattern: Value | undefined;
  readonly guard: Value | undefined;
  /** It ends the compilation: code that compiles never takes it. */
  readonly raises: boolean;
}

/** Holds where `taken` is the branch that `subject` leads to. */
export interface Condition {
  readonly subject: Value | undefined;
  readonly branches: readonly Branch[];
  readonly taken: number;
  readonly line: number;
  /** As it is written: `if opts[:live]`. */
  readonly text: string;
  /** No choice, but one round for each element of `subject` that has the branch's pattern. */
  readonly each?: true;
}

/** A name in quoted code: `Phoenix.LiveView`, `unquote(module)`. */
export interface NamedInCode {
  readonly name: Value;
  readonly line: number;
  readonly text: string;
}

/** `defmodule name do … end`, in quoted code. */
export interface MadeInCode extends NamedInCode {
  /** What `unquote` puts into its body. */
  readonly splices: readonly Value[];
}

/** `use Target, argument`, in quoted code. */
export interface QuotedUse extends NamedInCode {
  readonly argument: Value;
}

/** `alias Target, as: Name`. */
export interface QuotedAlias extends NamedInCode {
  readonly as: string | undefined;
}

export interface QuotedImport extends Omit<Brought, "module"> {
  readonly name: Value;
}

/** A call where a macro may stand: whatever it quotes comes in its place. */
export interface Expansion {
  /** Undefined for one that is imported. */
  readonly module: string | undefined;
  readonly name: string;
  readonly args: readonly Value[];
  readonly line: number;
  /** Of one with a `do` block, where it starts: the block is its last argument. */
  readonly block?: number;
}

/** The `do` block of the statement that starts there, as what a macro is given. */
export function blockAt(start: number): Value {
  return { type: "literal", text: `do … end ${start}` };
}

/** A `use` in the block of a macro, which may drop it or put it elsewhere. */
export interface BlockUse {
  /** Where the macro's statement starts: as `block` of an expansion. */
  readonly block: number;
  readonly macro: string;
  readonly use: UseInfo;
}

/** A call that may return more quoted code. */
export interface QuotedCall {
  readonly module: string;
  /** An atom; a variable for `apply(Module, which, …)`. */
  readonly name: Value;
  readonly args: readonly Value[];
  /** `unquote` puts what it returns into the quoted code, as a statement. */
  readonly spliced: boolean;
  readonly line: number;
}

/** What is quoted under the same conditions, and what may return more of it. */
export interface QuotedPart {
  /** All of them must hold. */
  readonly conditions: readonly Condition[];
  readonly uses: readonly QuotedUse[];
  readonly behaviours: readonly NamedInCode[];
  readonly aliases: readonly QuotedAlias[];
  readonly brought: readonly QuotedImport[];
  readonly calls: readonly QuotedCall[];
  /** What may be a macro in the quoted code. */
  readonly expansions: readonly Expansion[];
  /** The modules of each `@before_compile`. */
  readonly beforeCompile: readonly NamedInCode[];
  /** `name/arity` of each public function that it defines. */
  readonly defines: readonly string[];
  /** The clauses of these that may take a message, by where they start in the file. */
  readonly takers: readonly number[];
  /** What stands behind `on_mount`. */
  readonly mounts: readonly NamedInCode[];
  /** Other modules: `defmodule unquote(name)` in quoted code, `Module.create(name, …)`. */
  readonly makes: readonly MadeInCode[];
  /** What `unquote` puts there as statements, but for what it calls. */
  readonly splices: readonly Value[];
}

/** A parameter of a clause, with the names of its whole value. */
export interface Parameter {
  readonly pattern: Value;
  readonly names: readonly string[];
}

/** A clause of a macro, or of a function that helps one, as far as it matters for what it returns as quoted code. */
export interface QuotedInfo {
  readonly name: string;
  readonly line: number;
  readonly parameters: readonly Parameter[];
  readonly defaults: readonly DefaultAbout[];
  readonly guard: Value | undefined;
  /** What its body binds, in order; the pattern as the key. */
  readonly bindings: readonly PatternBinding[];
  readonly parts: readonly QuotedPart[];
  /** A macro that gives its `do` block on as it is, once, and does nothing else with it. */
  readonly handsOn?: true;
}

/** `pattern = value` */
export interface PatternBinding extends Pick<Binding, "value"> {
  readonly pattern: Value;
  /** It stands in a branch. */
  readonly nested: boolean;
}
