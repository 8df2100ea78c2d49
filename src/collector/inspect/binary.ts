import { type BinaryTerm, textOf } from "../etf/index.ts";
import { escapeText, isPrintable } from "./escape.ts";

/** `"text"` where it is printable, else `<<1, 2, 3::size(4)>>`. */
export function inspectBinary(binary: BinaryTerm): string {
  const text = textOf(binary);
  if (text !== null && isPrintable(text)) return `"${escapeText(text)}"`;
  return `<<${bytesOf(binary).join(", ")}>>`;
}

/** The beginning of a binary that was cut: `"text" <> ... (1.2 MB)`. */
export function inspectPrefix(prefix: BinaryTerm, size: string): string {
  const text = textOfCut(prefix);
  if (text !== null && isPrintable(text)) return `"${escapeText(text)}" <> ... (${size})`;
  return `<<${[...bytesOf(prefix), "..."].join(", ")}>> (${size})`;
}

function bytesOf({ bytes, lastBits }: BinaryTerm): string[] {
  const parts = Array.from(bytes, String);
  const last = bytes.at(-1);
  if (lastBits < 8 && last !== undefined)
    parts[parts.length - 1] = `${last >> (8 - lastBits)}::size(${lastBits})`;
  return parts;
}

/** The cut may have gone through a character: up to three bytes of it are left away. */
function textOfCut(prefix: BinaryTerm): string | null {
  for (let cut = 0; cut < 4 && cut <= prefix.bytes.length; cut += 1) {
    const text = textOf({ ...prefix, bytes: prefix.bytes.subarray(0, prefix.bytes.length - cut) });
    if (text !== null) return text;
  }
  return null;
}
