/** `\a` and its kin, in strings, charlists, atoms. */
const NAMED: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\u007f": "\\d",
  "\u001b": "\\e",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
};

/** Characters that nobody sees, or that turn the text around: shown by number. */
const CONFUSING =
  "\\u034f\\u00a0\\u061c\\u2000-\\u200f\\u2028-\\u202e\\u205f-\\u2064\\u2066-\\u2069\\ufeff\\ufff9-\\ufffc";
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f\\ufffe\\uffff";
const SPECIAL = new RegExp(`#\\{|["\\\\]|[${CONTROLS}${CONFUSING}]`, "gu");

/** Most texts need no second look. */
const PLAIN = /^[\w !$-[\]-~]*$/;

/** The text as it stands between double quotes in Elixir source. */
export function escapeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (found) => {
    if (found === "#{") return "\\#{";
    if (found === '"') return '\\"';
    return NAMED[found] ?? escapeByNumber(found.charCodeAt(0));
  });
}

function escapeByNumber(code: number): string {
  if (code === 0) return "\\0";
  const hex = code.toString(16).toUpperCase();
  return code < 0x80 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

// oxlint-disable-next-line no-control-regex -- Elixir prints some of them
const PRINTABLE = /^[\u0007-\r\u001b\u0020-\u007f\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** What `String.printable?/1` says. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

/** What `List.ascii_printable?/1` says of one element. */
export function isCharlistChar(code: unknown): code is number {
  return (
    typeof code === "number" && ((code >= 0x20 && code <= 0x7e) || (code >= 7 && code <= 13) || code === 27)
  );
}
