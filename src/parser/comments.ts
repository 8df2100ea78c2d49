import type { Node } from "./node.ts";
import type { SyntaxTree } from "./tree.ts";

/** `# escope:ignore[rule] reason`, `# escope:trace reason`. */
export interface CommentInfo {
  /** `ignore`, `trace`, or what somebody took for one. */
  readonly word: string;
  /** The rules in brackets; empty where there are no brackets, and one that no rule is called where nothing is in them. */
  readonly rules: readonly string[];
  readonly reason: string;
  readonly line: number;
  readonly column: number;
  /** The line of code that it speaks of: its own, or the next one where it stands alone. */
  readonly about: number;
}

const FORM = /^#+\s*escope:(?<word>[\w-]*)(?:\[(?<rules>[^\]]*)\])?\s*(?<reason>.*)$/su;

/** The comments of a file that speak to escope, in order. */
export function readComments({ source, root }: SyntaxTree): CommentInfo[] {
  // Nearly all files have none: the tree is only searched where the text does.
  if (!source.text.includes("escope:")) return [];
  const lines = source.text.split("\n");
  return root.descendantsOfType("comment").flatMap((node) => readComment(node, lines));
}

function readComment(node: Node, lines: readonly string[]): CommentInfo[] {
  const { word, rules, reason } = FORM.exec(node.text.trimEnd())?.groups ?? {};
  if (word === undefined) return [];
  const { row, column } = node.startPosition;
  return [
    {
      word,
      rules: listed(rules),
      reason: reason ?? "",
      line: row + 1,
      column: column + 1,
      about: (isAlone(lines[row]) ? nextCode(lines, row) : row) + 1,
    },
  ];
}

function listed(rules: string | undefined): string[] {
  const names = (rules ?? "").split(",").flatMap((rule) => rule.trim() || []);
  return names.length === 0 && rules !== undefined ? [""] : names;
}

function isAlone(line: string | undefined): boolean {
  return line !== undefined && /^\s*#/.test(line);
}

/** The line below a comment and those that follow it. */
function nextCode(lines: readonly string[], row: number): number {
  let next = row + 1;
  while (isAlone(lines[next])) next += 1;
  return next;
}
