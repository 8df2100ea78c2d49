import { groupBy } from "./calls.ts";
import type { Subject, Subjects } from "./subjects.ts";

/** Something about the sources that a reader of the index should know. */
export interface Notice {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Modules that are defined twice: Elixir keeps the one that it compiles last, the index the first. */
export function doubledModules({ all }: Subjects): Notice[] {
  const there = all.filter(({ about, traits }) => !about.computed && traits.exists !== false);
  return [...groupBy(there, ({ name }) => name).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : others.map((other) => noticeOf(first, other)),
  );
}

function noticeOf(first: Subject, { name, file, about }: Subject): Notice {
  const text = `${name} is defined at ${first.file}:${first.about.line}, too; that definition stands in the index`;
  return { file, line: about.line, text };
}
