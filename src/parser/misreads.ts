import { positionAt, type Position } from "../source.ts";
import type { SyntaxTree } from "./tree.ts";

/** A line that begins with a word which begins like an operator: `info ->`, `order = 1`. */
const WORD = /^[ \t]*((?:in|or|and|when|not)[\p{L}\p{N}_?!])/gmu;

const RANGE = /\.\.\.?[ \t]*[-+](?!>)/g;

/**
 * Offsets at which the grammar, without a fault, takes valid code for something else (docs/parsing.md has the classes): a
 * word that begins like an operator for that operator, and `x..-1` for the call `x((..) - 1)`.
 */
export function findMisreads({ root, source }: SyntaxTree): number[] {
  const words = [...source.text.matchAll(WORD)].flatMap(({ index, 0: all, 1: word = "" }) => {
    const at = index + all.length - word.length;
    const token = root.descendantForIndex(at, at + 1);
    // An operator's token has no name; what is read as a whole word has one.
    return token?.isNamed === false && token.startIndex === at ? [at] : [];
  });
  const ranges = [...source.text.matchAll(RANGE)].flatMap(({ index }) => {
    const token = root.descendantForIndex(index, index + 1);
    return token?.type === "operator_identifier" || (token?.type === "identifier" && token.text === "...")
      ? [index]
      : [];
  });
  return [...words, ...ranges];
}

export function misreadObstacle(text: string, offset: number): string {
  const { line, column }: Position = positionAt(text, offset);
  return `the grammar misreads valid code in it, at line ${line}, column ${column}`;
}
