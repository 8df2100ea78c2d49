import { positionAt, type Position } from "../source.ts";
import type { SyntaxTree } from "./tree.ts";

/** A line that begins with a word which begins like an operator: `info ->`, `order = 1`. */
const WORD = /^[ \t]*((?:in|or|and|when|not)[\p{L}\p{N}_?!])/gmu;

/** The name itself, where it is no key, atom or part of another name: `not in` needs no space for the grammar. */
const NOTIN = /(?<![\p{L}\p{N}_:.?!])notin(?![\p{L}\p{N}_?!:])/gu;

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
  return [...words, ...findNotin({ root, source }), ...ranges];
}

/** Offsets of the name `notin` where it is read as an operator. It makes most files unreadable as a whole. */
export function findNotin({ root, source }: Pick<SyntaxTree, "root" | "source">): number[] {
  if (!source.text.includes("notin")) return [];
  return [...source.text.matchAll(NOTIN)].flatMap(({ index }) => {
    const token = root.descendantForIndex(index, index + 1);
    const isOperator = token?.isNamed === false || token?.type === "operator_identifier";
    return isOperator && token.text === "notin" ? [index] : [];
  });
}

export function misreadObstacle(text: string, offset: number): string {
  const { line, column }: Position = positionAt(text, offset);
  return `the grammar misreads valid code in it, at line ${line}, column ${column}`;
}
