import type { Question } from "./model.ts";

/** Code has about 3.5 characters a token; what we take is less, for the model's context must hold it. */
const CHARACTERS = 3;

/** How many tokens a text takes at most, as far as that can be told without the model's own table. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / CHARACTERS);
}

/** As much of `text` as `tokens` hold, in whole lines, and a word on what is left out. */
export function cutTo(text: string, tokens: number): string {
  if (tokensOf(text) <= tokens) return text;
  const lines = text.split("\n");
  const room = tokens - tokensOf(moreLines(lines.length));
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += tokensOf(`${line}\n`);
    if (used > room) break;
    kept.push(line);
  }
  return [...kept, moreLines(lines.length - kept.length)].join("\n");
}

function moreLines(count: number): string {
  return `… ${count} more lines are left out: ask for less at once`;
}

/** What all of a question takes. */
export function questionTokens({ system, entries, tools }: Question): number {
  const texts = entries.flatMap((entry) => {
    if (entry.role === "user") return [entry.text];
    if (entry.role === "tools") return [...entry.results.map(({ text }) => text), entry.text ?? ""];
    return [entry.turn.text, ...entry.turn.calls.map(({ name, input }) => name + input)];
  });
  return [system, JSON.stringify(tools), ...texts].reduce((sum, text) => sum + tokensOf(text), 0);
}
