import { indexOf, nameOf, planOf } from "./core.ts";

/** The clauses with entry events only. */
export function loops(...texts: readonly string[]): string[] {
  return planOf(indexOf(...texts))
    .probes.filter(({ mode }) => mode === "enter")
    .map((probe) => nameOf(probe).replace(/^M\./, "").replace(/#1$/, ""));
}

export const inModule = (body: string): string => `defmodule M do\n${body}\nend`;
