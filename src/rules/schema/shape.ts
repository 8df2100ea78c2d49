/**
 * What may stand in a rule file, as data: the loader checks every file against it, and the JSON Schema for editors is made
 * of it, so that the two cannot drift apart.
 */
export type Shape =
  /** `form`: a regular expression for editors; what the loader says of other texts is for its readers to decide. `empty`: it may have no letters. */
  | { readonly is: "text"; readonly form?: string; readonly empty?: true }
  /** A text, a number or a word of YAML's: what is written counts. */
  | { readonly is: "scalar" }
  | { readonly is: "flag" }
  | { readonly is: "count"; readonly least: number }
  | { readonly is: "number"; readonly least: number; readonly most: number }
  | { readonly is: "choice"; readonly of: readonly string[] }
  | { readonly is: "list"; readonly of: Shape; readonly least: number }
  /** One of them alone, or a list of at least one. */
  | { readonly is: "some"; readonly of: Shape }
  /** Which one it is, the sort of YAML value says. `called` says all of them in words. */
  | { readonly is: "either"; readonly of: readonly Shape[]; readonly called: string }
  | MapShape
  /** A map whose keys are names of the user's own. */
  | { readonly is: "named"; readonly of: Shape; readonly called: string }
  /** A shape that stands somewhere in itself. `selects`: of matches, those of calls or expressions, for editors. */
  | { readonly is: "ref"; readonly name: string; readonly to: () => Shape; readonly selects?: true };

export interface MapShape {
  readonly is: "map";
  readonly keys: Keys;
  /** How messages call it. */
  readonly called?: string;
  readonly needs?: readonly string[];
  /** One of these must be there, or exactly one. */
  readonly needsOne?: { readonly of: readonly string[]; readonly exactly: boolean };
}

export type Keys = Readonly<Record<string, Key>>;

export interface Key {
  readonly takes: Shape;
  /** One sentence for editors and the reference. */
  readonly says: string;
}

export const TEXT: Shape = { is: "text" };
export const SCALAR: Shape = { is: "scalar" };
export const FLAG: Shape = { is: "flag" };
export const COUNT: Shape = { is: "count", least: 0 };
export const POSITIVE: Shape = { is: "count", least: 1 };
export const TEXTS: Shape = some(TEXT);

export function some(of: Shape): Shape {
  return { is: "some", of };
}

export function listOf(of: Shape, least = 0): Shape {
  return { is: "list", of, least };
}

export function either(called: string, ...of: readonly Shape[]): Shape {
  return { is: "either", of, called };
}

export function choice(...of: readonly string[]): Shape {
  return { is: "choice", of };
}

export function named(called: string, of: Shape): Shape {
  return { is: "named", of, called };
}

export function map(keys: Keys, more: Omit<MapShape, "is" | "keys"> = {}): MapShape {
  return { is: "map", keys, ...more };
}
