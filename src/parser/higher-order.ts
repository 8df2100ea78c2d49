import type { TailCall } from "./tails.ts";

interface Called {
  /** Which argument, from 0, is a function whose call is the last thing done. */
  readonly at: number;
  /** With how many arguments it is called. */
  readonly takes: number;
}

const called = (at: number, takes: number): readonly Called[] => [{ at, takes }];

/**
 * The functions of Elixir, and of Erlang below them, that end in a call of a function they are given, as their sources say;
 * `then` and `apply` are forms. All others (`Enum.map`, `Enum.reduce`, `Map.update`, `tap`, …) do something with its result, or
 * call it in a `try`. Where a value with functions in it is called (`get_in` by its keys), none is counted.
 */
const HIGHER: Readonly<Record<string, Readonly<Record<string, readonly Called[]>>>> = {
  Map: { "get_lazy/3": called(2, 0) },
  Keyword: { "get_lazy/3": called(2, 0) },
  List: { "foldr/3": called(2, 2) },
  ":lists": { "foldr/3": called(0, 2) },
  // What they give for nothing.
  Enum: {
    "max/2": called(1, 0),
    "max/3": called(2, 0),
    "max_by/3": called(2, 0),
    "max_by/4": called(3, 0),
    "min/2": called(1, 0),
    "min/3": called(2, 0),
    "min_by/3": called(2, 0),
    "min_by/4": called(3, 0),
    "min_max/2": called(1, 0),
    "min_max_by/3": called(2, 0),
    "min_max_by/4": called(3, 0),
  },
  Macro: {
    "postwalk/3": called(2, 2),
    "to_string/2": called(1, 2),
    "traverse/4": called(3, 2),
  },
};

const NONE: readonly Called[] = [];

/** The functions among the arguments in whose calls a library's function ends. */
export function calledArguments(
  { module, name }: Pick<TailCall, "module" | "name">,
  arity: number,
): readonly Called[] {
  const known = module === undefined ? undefined : HIGHER[module];
  return known?.[`${name}/${arity}`] ?? NONE;
}
