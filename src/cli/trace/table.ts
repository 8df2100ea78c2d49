import type { Colors } from "picocolors/types.js";
import { padEnd, padStart, widthOf } from "./width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  readonly text: (row: Row) => string;
  /** Colours a cell; the text is padded before. */
  readonly paint?: (text: string, row: Row) => string;
}

/** Lines of a table, the titles first. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  colors: Colors,
): string[] {
  const widths = columns.map(({ title, text }) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(text(row)))),
  );
  const cell = (text: string, index: number): string => {
    const width = widths[index] as number;
    return columns[index]?.align === "right" ? padStart(text, width) : padEnd(text, width);
  };
  const header = columns.map(({ title }, index) => cell(title, index)).join("  ");
  const lines = rows.map((row) =>
    columns.map(({ text, paint }, index) => (paint ?? plain)(cell(text(row), index), row)).join("  "),
  );
  return [colors.dim(header.trimEnd()), ...lines.map((line) => line.trimEnd())];
}

function plain(text: string): string {
  return text;
}
