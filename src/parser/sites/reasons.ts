/** Why a call or an expression is left alone. */
export const HAS_PROBE = "it has a probe already";
export const CAPTURED = "it is captured as a function, and with a probe it would be another one";
export const BARE =
  "its arguments stand without parentheses where Elixir warns of it, and with a probe it would not";
export const TEMPLATE = "a sigil may stand for code, which what is around it can look for";
export const OPERAND = "the operator beside it means something else by it";
export const MEMBERS = "`in` reads a list or a range that is written out as syntax";
export const JOINED = "`<>` makes one text of it and of what stands beside it";
export const GUARD = "it stands in a guard, which takes no other code";
export const SIZE = "it is the size of a segment, which takes no other code";
export const LOADER =
  "it loads native code into the module that calls it, and a probe would call it in its stead";
export const WRITTEN_OUT = "the macro around it looks at the function that is written out there";
export const CALLED_THERE =
  "it is called where it is written, and its body becomes part of the function around it";
export const COLLECTED =
  "`for` does not collect into an empty map or binary that is written out, but makes it itself";
export const DEFAULT = "it is a default argument, whose text is part of the function's documentation";

export function inSigil(name: string): string {
  return `it stands in the sigil ~${name}, which may read it as syntax`;
}
