import type { FunctionEntry, MessageEntry, ModulePage } from "../../index/index.ts";

/** One module for reading. */
export function pageText(page: ModulePage): string[] {
  return [
    `${page.name}  ${page.file}:${page.line}`,
    `  ${page.kinds.join(", ")}${page.protocol === null ? "" : ` of ${page.protocol}`}`,
    ...section("behaviours", page.behaviours),
    ...section("uses", page.uses.map(({ target, options, line }) => `${line}  ${target}${options === "" ? "" : `, ${options}`}`)),
    ...section("through these", page.brings.uses),
    ...section("imported by these", page.brings.imports),
    ...section("attributes", page.attributes.filter(isTelling).map(({ name, value, line }) => `${line}  @${name} ${value}`)),
    ...section("on_mount", page.on_mount.map(({ module, stage, line }) => `${line}  ${module} ${stage}`)),
    ...section("hooks", page.attach_hook.map((hook) => `${hook.line}  ${hook.stage} ${hook.name} ${hook.function ?? "fn"}`)),
    ...section("functions", page.functions.map(functionLine)),
    ...section("takes", page.handlers.map((each) => `${each.line}  ${each.how} ${each.accepts}${each.guard === null ? "" : ` when ${each.guard}`}`)),
    ...section("sends", page.messages.flatMap(messageLines)),
    ...section("subscribes", page.subscriptions.map(({ line, topic, text }) => `${line}  ${topic ?? text}`)),
    ...section("renders", page.renders.map(({ line, text, target }) => `${line}  ${target ?? `${text} (not resolved)`}`)),
    ...section("calls", callLines(page)),
  ];
}

const NOT_TELLING: ReadonlySet<string> = new Set("doc moduledoc spec impl type typep opaque typedoc callback".split(" "));

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
  return [`${each.clauses[0]?.line ?? 1}  ${each.name}/${each.arity ?? "?"}`, ...notes.filter(Boolean)].join("  ");
}

export function messageLines(message: MessageEntry): string[] {
  const { line, how, message: shape, to, taken_by: takers, given_by: giver } = message;
  const target = to.topic ?? to.modules?.join(", ") ?? to.text;
  const head = `${line}  ${how} ${shape}${target === "" ? "" : ` to ${target}`}${giver === null ? "" : `, given by ${giver}`}`;
  return [head, ...takers.map(({ function: id, clause, maybe }) => `      → ${id}#${clause}${maybe ? " maybe" : ""}`)];
}

function callLines({ calls }: ModulePage): string[] {
  const counts = new Map<string, number>();
  for (const { target, text } of calls) {
    const key = target ?? `${text} (not resolved)`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([target, count]) => (count === 1 ? target : `${target} ×${count}`));
}
