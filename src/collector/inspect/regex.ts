import { as, atomName, type Term, textOf } from "../etf/index.ts";
import type { Fields } from "./struct.ts";

const NAMED: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Options since Elixir 1.19, where they are kept as a list. Some letters stand for two. */
const LETTERS: Readonly<Record<string, string>> = {
  caseless: "i",
  dotall: "s",
  export: "E",
  extended: "x",
  firstline: "f",
  multiline: "m",
  ucp: "",
  ungreedy: "U",
  unicode: "u",
};

export function printRegex(fields: Fields): string | null {
  const source = textOf(fields.get("source"));
  const options = textOf(fields.get("opts")) ?? letters(fields.get("opts"));
  if (source === null || options === null) return null;
  const plain = source.replace(/\\\\|\\\//g, (pair) => (pair === "\\/" ? "/" : pair));
  // oxlint-disable-next-line no-control-regex -- \a is one
  const escaped = plain.replace(/[/\u0007\f\n\r\t\v]|#\{/g, (found) => NAMED[found] ?? `\\${found}`);
  return `~r/${escaped}/${options}`;
}

function letters(options: Term | undefined): string | null {
  const list = as(options, "list");
  if (list === null) return null;
  const found = list.items.map((option) => {
    const name = atomName(option);
    return name === null ? "" : LETTERS[name];
  });
  return found.includes(undefined) ? null : found.reverse().join("");
}
