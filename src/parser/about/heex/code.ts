import type { Piece } from "./scan.ts";

/** What a piece that leaves its block open ends in. */
const OPENS = /(?:^|[\s)])(?:do|else|after|rescue|catch)$/;

/**
 * The Elixir of a template at its own offsets and lines, all else blank. As EEx has it, the pieces one after the other
 * are one program; what stands between a `->` and the next piece is a text, and so a value.
 */
export function templateCode(text: string, pieces: readonly Piece[]): string {
  const blank = text.replaceAll(/[^\n]/g, " ");
  let code = "";
  const inOrder = pieces.toSorted((a, b) => a.start - b.start);
  for (const [at, piece] of inOrder.entries()) {
    if (piece.start < code.length) continue;
    code += blank.slice(code.length, piece.start) + text.slice(piece.start, piece.end);
    const end = closing(text.slice(piece.start, piece.end).trimEnd(), piece);
    // A line's end is enough: the grammar takes no semicolon before one at the end of a clause.
    const isLast = text.slice(piece.end, inOrder[at + 1]?.start).includes("\n");
    code += isLast ? end.replace(";", " ") : end;
  }
  return code + blank.slice(code.length);
}

/** Stands where the braces or the tag close: that is one character, or two. */
function closing(code: string, { sort }: Piece): string {
  if (sort !== "eex") return ";";
  if (code.endsWith("->")) return "0;";
  return OPENS.test(code) || code === "" ? "" : ";";
}
