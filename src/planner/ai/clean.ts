/** Control characters, marks that turn text round, and ends of lines of any kind. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Text from outside as one line that shows what it holds: nothing in it can move a cursor, turn a line round or end a comment. */
export function oneLine(text: string, most = 200): string {
  const line = text.replaceAll(UNSEEN, " ").replaceAll(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join("")}…`;
}
