import { KINDS, type Kind, type Knowledge } from "../../index/index.ts";
import { countText } from "../trace/units.ts";

/** The project's modules by kind. A module of several kinds stands under each. */
export function overviewText(name: string, knowledge: Knowledge): string[] {
  const { subjects, calls, messages, renders, routes } = knowledge;
  const functions = subjects.all.reduce((total, subject) => total + subject.functions.length, 0);
  const resolved = calls.all.filter(({ target }) => target !== undefined).length;
  return [
    `${name}: ${countText(subjects.all.length, "module")}, ${countText(functions, "function")}`,
    `${countText(calls.all.length, "call")}, ${resolved.toLocaleString("en-US")} resolved; ${countText(messages.length, "message")}, ` +
      `${countText(renders.length, "render")}, ${countText(routes.length, "route")}`,
    ...KINDS.flatMap((kind) => kindLines(kind, knowledge)),
    ...openLines(knowledge),
    "",
    "escope index PROJECT --module NAME shows one module, --graph calls|messages|components what goes where.",
  ];
}

function kindLines(kind: Kind, { subjects, own: kinds }: Knowledge): string[] {
  const own = subjects.all.filter((subject) => kinds.get(subject)?.includes(kind));
  if (own.length === 0) return [];
  const lines = own.map((subject) => line(subject, kind, kinds.get(subject) ?? []));
  return ["", `${kind} (${own.length})`, ...lines];
}

/** More of them are in the pages of their modules. */
const ENDS = 20;

/** What could not be followed, with the modules that may be more for it than is said of them. */
function openLines({ subjects }: Knowledge): string[] {
  const ends = subjects.all.flatMap(({ name, traits }) =>
    [...traits.unfollowed].map(([target, { at, reason }]) => ({ name, target, reason, at })),
  );
  const groups = new Map<string, typeof ends>();
  for (const each of ends) {
    const text = `${each.target}: ${each.reason}`;
    groups.set(text, [...(groups.get(text) ?? []), each]);
  }
  const targets = [...groups];
  if (targets.length === 0) return [];
  const lines = targets.slice(0, ENDS).map(([text, [first, ...others]]) => {
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return `  ${text} (${first?.at.file}:${first?.at.line})  ${first?.name}${more}`;
  });
  const left =
    targets.length > ENDS ? [`  and ${targets.length - ENDS} more: --module, or --format json`] : [];
  return ["", `not followed to the end (${targets.length})`, ...lines, ...left];
}

function line(
  { name, file, about, traits }: Knowledge["subjects"]["all"][number],
  kind: Kind,
  kinds: readonly Kind[],
): string {
  const others = kinds.filter((other) => other !== kind);
  const also = others.length === 0 ? "" : `  also ${others.join(", ")}`;
  const [open] = kind === "plain" ? traits.unfollowed.keys() : [];
  return `  ${name}  ${file}:${about.line}${also}${open === undefined ? "" : `  may be more: ${open} is not followed`}`;
}
