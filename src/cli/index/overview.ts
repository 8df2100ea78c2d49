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
    "",
    "escope index PROJECT --module NAME shows one module, --graph calls|messages|components what goes where.",
  ];
}

function kindLines(kind: Kind, { subjects, kinds }: Knowledge): string[] {
  const own = subjects.all.filter(({ name }) => kinds.get(name)?.includes(kind));
  if (own.length === 0) return [];
  const lines = own.map((subject) => line(subject, kind, kinds.get(subject.name) ?? []));
  return ["", `${kind} (${own.length})`, ...lines];
}

function line(
  { name, file, about }: Knowledge["subjects"]["all"][number],
  kind: Kind,
  kinds: readonly Kind[],
): string {
  const others = kinds.filter((other) => other !== kind);
  return `  ${name}  ${file}:${about.line}${others.length === 0 ? "" : `  also ${others.join(", ")}`}`;
}
