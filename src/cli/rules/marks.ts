import pc from "picocolors";
import type { Io } from "../io.ts";

export interface Marks {
  readonly yes: string;
  readonly no: string;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

/** The signs for what holds and what does not, in colours where the terminal has them. */
export function marks({ color }: Io): Marks {
  const { green, red, dim } = pc.createColors(color);
  return { yes: green("✓"), no: red("✗"), good: green, bad: red, dim };
}
