/** Where code may stop being code: a comment, a text, a sigil, a character; and the braces that end an interpolation. */
const TURN = /[#"'{}]|(?<![<~|])~(?:[a-z]|[A-Z][A-Z0-9]*)(?=["'/|([{<])|(?<![\p{L}\p{N}_])\?/gu;

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/**
 * A source without its comments and without what is written in texts and sigils, which begin and end where they did. What is
 * interpolated is code, and stays; so do texts that are atoms. For searches: offsets and lines are other ones.
 */
export function codeText(text: string): string {
  const kept: string[] = [];
  readCode(text, 0, kept, false);
  return kept.join("");
}

/** Reads from `at` to the end, or to the brace that ends an interpolation; gives where that is. */
function readCode(text: string, at: number, kept: string[], isInside: boolean): number {
  let depth = 0;
  let from = at;
  for (TURN.lastIndex = at; ;) {
    const turn = TURN.exec(text);
    if (turn === null) break;
    const [sign] = turn;
    const { index } = turn;
    if (sign === "{") depth += 1;
    else if (sign === "}") {
      if (isInside && depth === 0) {
        kept.push(text.slice(from, index));
        return index;
      }
      depth -= 1;
    } else if (sign === "?") TURN.lastIndex = index + (text[index + 1] === "\\" ? 3 : 2);
    else {
      const opened = index + (sign.startsWith("~") ? sign.length : 0);
      kept.push(text.slice(from, sign === "#" ? index : opened));
      from = sign === "#" ? endOfLine(text, index) : readText(text, opened, kept, sign);
      TURN.lastIndex = from;
    }
  }
  kept.push(text.slice(from));
  return text.length;
}

/** Reads what stands between two signs, of which the first one is at `at`; gives what comes behind the second. */
function readText(text: string, at: number, kept: string[], sign: string): number {
  const sigil = sign.startsWith("~") ? sign[1] : undefined;
  const isPlain = sigil !== undefined && sigil < "a";
  const mark = text[at] ?? "";
  const isLong = (mark === '"' || mark === "'") && text.startsWith(mark.repeat(3), at);
  const closing = isLong ? mark.repeat(3) : (CLOSING[mark] ?? mark);
  const isAtom = sigil === undefined && text[at - 1] === ":";
  kept.push(mark);
  let from = at + (isLong ? 3 : 1);
  for (let next = from; next < text.length; next += 1) {
    const character = text[next];
    if (character === "\\") next += 1;
    else if (character === "#" && text[next + 1] === "{" && !isPlain) {
      if (isAtom) kept.push(text.slice(from, next));
      next = readCode(text, next + 2, kept, true);
      from = next + 1;
    } else if (character === closing[0] && text.startsWith(closing, next)) {
      if (isAtom) kept.push(text.slice(from, next));
      kept.push(CLOSING[mark] ?? mark);
      return next + closing.length;
    }
  }
  return text.length;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}
