/** A call in tail position. */
export interface TailCall {
  /** Undefined for a local or imported function. */
  readonly module: string | undefined;
  readonly name: string;
  readonly arity: number;
  /** Without parentheses and arguments: a function of its own module, or only a variable. */
  readonly bare?: true;
  /** What the functions end in that it is given: `fn -> … end`, `&loop/1`. */
  readonly passes?: readonly TailCall[];
  /** What its arguments end in: tail calls, too, where it is a macro that puts them last. */
  readonly argumentTails?: readonly ArgumentTails[];
  /** What its arguments are at a glance (`tagOf`); absent where none of them tells. */
  readonly tags?: readonly string[];
}

/** What an argument ends in, by its place from 0. */
export interface ArgumentTails {
  readonly at: number;
  readonly tails: Tails;
  /** It stands in a list or a tuple there. */
  readonly inData?: true;
}

/** What an expression can be, as far as that is modules: those written out, and what calls of functions return. */
export interface ModuleValue {
  readonly modules: readonly string[];
  readonly calls: readonly Pick<TailCall, "module" | "name" | "arity">[];
}

/** A call in tail position whose target only run time knows, with what is known of it all the same. */
export type OpenCall =
  /** `fun.(x)`, `apply(fun, args)` */
  | { readonly kind: "function"; readonly arity: number | undefined }
  /** `module.run(x)`, `apply(module, name, args)` */
  | {
      readonly kind: "name";
      readonly module: string | undefined;
      readonly name: string | undefined;
      readonly arity: number | undefined;
      /** A private function may be meant: `unquote(name)(x)`, of whichever module it comes to stand in. */
      readonly own?: true;
      /** Of a computed name: what is fixed of it, in its order; other text may stand between two, or nothing. */
      readonly parts?: readonly string[];
      /** What its module is computed from, where nothing else can be meant. */
      readonly receiver?: ModuleValue;
    }
  /** `unquote(code)`; the name where it is one; `piped`: it is given one argument more, as `x |> unquote(code)`. */
  | { readonly kind: "code"; readonly name?: string; readonly piped?: true };

/** What a clause can end in. */
export interface Tails {
  readonly calls: readonly TailCall[];
  readonly open: readonly OpenCall[];
}

/** What is added from now on, whenever that is asked. */
export function since({ calls, open }: Tails): () => Tails {
  const [from, fromOpen] = [calls.length, open.length];
  return () => ({ calls: calls.slice(from), open: open.slice(fromOpen) });
}

/** Which arguments the code that a macro makes may end in. */
export interface MacroEnds {
  /** In any of them: it is made by what the text does not tell. */
  readonly any: boolean;
  /** By their places from 0. */
  readonly places: readonly number[];
  /** It may give them one argument more, the value that it pipes into them. */
  readonly pipes: boolean;
  /** In the one at `place`, where `call` is a macro that ends in its argument `at`. */
  readonly through: readonly { readonly call: TailCall; readonly at: number; readonly place: number }[];
}

/** A function that is written out: `fn … end`, `&(…)`. */
export interface ClosureInfo {
  readonly arity: number;
  readonly line: number;
  readonly tails: Tails;
}

/** A `def` in quoted code: some module, whichever, has this function. */
export interface InjectedInfo {
  readonly name: string;
  readonly arity: number | undefined;
  readonly defaults: number;
  readonly computed: boolean;
  readonly line: number;
  readonly tails: Tails;
  readonly closures: readonly ClosureInfo[];
}

/** A statement in a module's body that may make functions: `defloop spin(n) do … end`. */
export interface MadeInfo {
  /** The macro; `__using__` for `use`. */
  readonly macro: string;
  /** It, without its block: the names of its functions are in there. */
  readonly header: string;
  readonly line: number;
  /** What its block ends in. */
  readonly tails: Tails;
  readonly closures: readonly ClosureInfo[];
}

/** `defdelegate name(…), to: module, as: as`. */
export interface DelegationInfo {
  readonly name: string;
  readonly arity: number;
  readonly defaults: number;
  readonly line: number;
  readonly tails: Tails;
}

/** `&name/arity`, `&owner.name/arity`. */
export interface CaptureInfo {
  /** As written; undefined for a local or imported function, `*` where the text does not tell. */
  readonly owner: string | undefined;
  readonly name: string;
  readonly arity: number;
  /** Where it begins in the text, and on which line. */
  readonly at: number;
  readonly line: number;
}

/** What a file lets calls reach that are not written as calls of it. */
export interface Escapes {
  readonly captures: readonly CaptureInfo[];
  /** Each atom that stands in it, but for keys of keywords. */
  readonly atoms: readonly string[];
  /** Each that a definition whose name is computed may be called; without any such definition none. */
  readonly names: readonly string[];
}
