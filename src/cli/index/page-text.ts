import type { FunctionEntry, MessageEntry, ModulePage } from "../../index/index.ts";

/** The sections of a page, and their lines; what is empty is left out. */
const SECTIONS: Readonly<Record<string, (page: ModulePage) => readonly string[]>> = {
  behaviours: ({ behaviours }) => behaviours,
  uses: ({ uses }) =>
    uses.map(({ target, options, line }) => `${line}  ${target}${options === "" ? "" : `, ${options}`}`),
  "through these": ({ brings }) => brings.uses,
  "imported by these": ({ brings }) => brings.imports,
  "defined by these": ({ brings }) => brings.functions,
  "maybe, through these": ({ brings }) =>
    brings.maybe.map(
      ({ line, target, condition, ...place }) =>
        `${line}  ${target}, by \`${condition}\` (${place.file}:${place.at})`,
    ),
  "made by these": ({ brings }) =>
    brings.modules.map(({ line, target, file, at }) => `${line}  ${target} (${file}:${at})`),
  "not followed": ({ unfollowed }) =>
    unfollowed.map(
      ({ line, target, ended: { reason, ...at } }) => `${line}  ${target}: ${reason} (${at.file}:${at.line})`,
    ),
  attributes: ({ attributes }) =>
    attributes.filter(isTelling).map(({ name, value, line }) => `${line}  @${name} ${value}`),
  on_mount: ({ on_mount: hooks }) => hooks.map(({ module, stage, line }) => `${line}  ${module} ${stage}`),
  hooks: ({ attach_hook: hooks }) =>
    hooks.map((hook) => `${hook.line}  ${hook.stage} ${hook.name} ${hook.function ?? "fn"}`),
  functions: ({ functions }) => functions.map(functionLine),
  takes: ({ handlers }) =>
    handlers.map(({ clause, file, line, how, accepts, guard }) => {
      const text = `${how} ${accepts}${guard === null ? "" : ` when ${guard}`}`;
      return clause === 0 ? `${text} (${file}:${line})` : `${line}  ${text}`;
    }),
  sends: ({ messages }) => messages.flatMap(messageLines),
  subscribes: ({ subscriptions }) =>
    subscriptions.map(({ line, topic, text }) => `${line}  ${topic ?? text}`),
  renders: ({ renders }) =>
    renders.map(({ line, text, target }) => `${line}  ${target ?? `${text} (not resolved)`}`),
  calls: callLines,
};

/** One module for reading. */
export function pageText(page: ModulePage): string[] {
  return [
    `${page.name}  ${page.file}:${page.line}`,
    `  ${page.kinds.join(", ")}${page.protocol === null ? "" : ` of ${page.protocol}`}`,
    ...Object.entries(SECTIONS).flatMap(([title, lines]) => section(title, lines(page))),
  ];
}

const NOT_TELLING: ReadonlySet<string> = new Set(
  "doc moduledoc spec impl type typep opaque typedoc callback".split(" "),
);

function isTelling({ name }: ModulePage["attributes"][number]): boolean {
  return !NOT_TELLING.has(name);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `  ${title}`, ...lines.map((line) => `    ${line}`)];
}

function functionLine(each: FunctionEntry): string {
  const notes = [
    each.kind === "def" ? "" : each.kind,
    each.clauses.length > 1 ? `${each.clauses.length} clauses` : "",
    each.callback_of.length > 0 ? `callback of ${each.callback_of.join(", ")}` : "",
    each.delegates_to === null ? "" : `to ${each.delegates_to}`,
  ];
  return [`${each.clauses[0]?.line ?? 1}  ${each.name}/${each.arity ?? "?"}`, ...notes.filter(Boolean)].join(
    "  ",
  );
}

export function messageLines(message: MessageEntry): string[] {
  const { line, how, message: shape, to, taken_by: takers, given_by: giver } = message;
  const target = to.topic ?? to.modules?.join(", ") ?? to.text;
  const head = `${line}  ${how} ${shape}${target === "" ? "" : ` to ${target}`}${giver === null ? "" : `, given by ${giver}`}`;
  return [head, ...takers.map(takerLine)];
}

function takerLine({ function: id, clause, file, line, maybe }: MessageEntry["taken_by"][number]): string {
  const place = clause === 0 ? ` (${file}:${line})` : `#${clause}`;
  return `      → ${id}${place}${maybe ? " maybe" : ""}`;
}

function callLines({ calls }: ModulePage): string[] {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const key = callText(call);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([target, count]) => (count === 1 ? target : `${target} ×${count}`));
}

function callText({ target, maybe, text }: ModulePage["calls"][number]): string {
  if (target !== null) return target;
  return maybe.length === 0 ? `${text} (not resolved)` : `${text} (maybe ${maybe.join(" or ")})`;
}
