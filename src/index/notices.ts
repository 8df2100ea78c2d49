import { groupBy } from "./calls.ts";
import { doubledModules } from "./doubled.ts";
import type { FunctionOf, Subjects } from "./subjects.ts";

/** Something about the sources that a reader of the index should know. */
export interface Notice {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const CUT = "what is nested more than 400 levels deep here is not read";
const UNREAD = "code of this template cannot be read, from here on";

/** Modules that are defined twice, and what of the code was left out. */
export function noticesOf(subjects: Subjects): Notice[] {
  const functions = subjects.all.flatMap((each) => [...each.functions, ...each.code]);
  const notices = [...doubledModules(subjects), ...functions.flatMap(leftOut)];
  // Implementations for several have the same functions.
  return [...groupBy(notices, ({ file, line, text }) => `${file}:${line} ${text}`).values()].flatMap((each) =>
    each.slice(0, 1),
  );
}

function leftOut({ owner: { file }, definitions, template }: FunctionOf): Notice[] {
  const inSigils = definitions.flatMap(({ templates }) =>
    templates.flatMap(({ unread }) => unread.slice(0, 1)),
  );
  return [
    ...definitions.flatMap(({ cut }) => cut.map((line) => ({ file, line, text: CUT }))),
    ...inSigils.map((line) => ({ file, line, text: UNREAD })),
    ...(template?.template.unread.slice(0, 1) ?? []).map((line) => ({
      file: template?.file ?? file,
      line,
      text: UNREAD,
    })),
  ];
}
