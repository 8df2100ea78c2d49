import stringWidth from "string-width";

/** The text, cut to `columns` of the terminal; a cut is marked with `…`. */
export function fit(text: string, columns: number): string {
  if (columns === Number.POSITIVE_INFINITY) return text;
  // A column takes few code units: long texts need not be measured as a whole.
  const start = text.slice(0, columns * 4 + 8);
  if (start.length === text.length && stringWidth(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of GRAPHEMES.segment(start)) {
    used += stringWidth(segment);
    if (used > columns) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept}…`;
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Shares `columns` among texts: short ones stay whole, the long ones get equal parts of the rest. */
export function fitAll(texts: readonly string[], columns: number): string[] {
  const widths = texts.map((text) => Math.min(stringWidth(text.slice(0, columns * 4 + 8)), columns + 1));
  const shares = texts.map(() => 0);
  let left = columns;
  const ascending = widths
    .map((_, index) => index)
    .sort((a, b) => (widths[a] as number) - (widths[b] as number));
  for (const [position, index] of ascending.entries()) {
    const share = Math.min(widths[index] as number, Math.floor(left / (texts.length - position)));
    shares[index] = share;
    left -= share;
  }
  return texts.map((text, index) => fit(text, shares[index] as number));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - stringWidth(text))) + text;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}

export { default as widthOf } from "string-width";
