/** What cannot stand for a variable before it: attributes, atoms and fields; and after it: keys. */
const BEFORE = String.raw`(?<![\w@:.])`;
const AFTER = String.raw`(?![\w?!]|:(?!:))`;

const WORD = new RegExp(String.raw`${BEFORE}[\p{Ll}_]\w*[?!]?${AFTER}(?!\()`, "gu");

/** Words that are no variables. */
const KEYWORDS: ReadonlySet<string> = new Set(
  "after and case catch cond def defmacro defmacrop defp do else end false fn for if in nil not or raise rescue true unless when with".split(
    " ",
  ),
);

/**
 * Which of `names`, of variables, may stand in the text of a definition: as words, and not as keys, atoms or fields. Where
 * one does not, all that may be variables, one of which may be meant.
 */
export function mentionedIn(text: string, names: readonly string[] = []): string[] {
  const held = names.filter((name) => {
    const word = name.replaceAll(/[?!]/g, String.raw`\$&`);
    return new RegExp(`${BEFORE}${word}${AFTER}`, "u").test(text);
  });
  if (held.length === names.length) return held;
  const words = text.match(WORD)?.filter((word) => !KEYWORDS.has(word)) ?? [];
  return [...new Set([...held, ...words])];
}
