/** A text with its place in the project. `path` is relative to the project root, with `/` as separator. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A half-open range of UTF-16 code units, `[start, end)`, as JavaScript strings and magic-string count. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place as people count: line and column from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The line and column of `offset` in `text`. An offset beyond the end gives the end. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (;;) {
    const newline = text.indexOf("\n", lineStart);
    if (newline === -1 || newline >= offset) break;
    line += 1;
    lineStart = newline + 1;
  }
  return { line, column: Math.min(offset, text.length) - lineStart + 1 };
}
