import type { TagAbout, TemplateAbout, Value } from "../parser/index.ts";
import { CallResolver } from "../parser/index.ts";
import { functionNamed, nameOf, type Call, type CallTable } from "./calls.ts";
import type { ValueResolver, Where } from "./resolve-value.ts";
import type { FunctionOf, Subjects } from "./subjects.ts";

/** What a function or template renders. */
export interface Render {
  readonly from: FunctionOf;
  readonly file: string;
  readonly line: number;
  readonly how: "component" | "live_component" | "live_view";
  /** `Module.name/1` of a function component, or the module of the others; undefined where only run time knows. */
  readonly target: string | undefined;
  /** As it is written. */
  readonly text: string;
  readonly inProject: boolean;
}

/** A template of a function, with the clause around it. */
export interface PlacedTemplate {
  readonly from: FunctionOf;
  readonly file: string;
  readonly where: Where;
  readonly template: TemplateAbout;
}

export function allTemplates(subjects: Subjects): PlacedTemplate[] {
  return subjects.all.flatMap(({ functions, code }) => functions.concat(code).flatMap(templatesOf));
}

function templatesOf(from: FunctionOf): PlacedTemplate[] {
  const { file } = from.owner;
  const placed = from.definitions.flatMap((clause) =>
    clause.templates.map((template) => ({ from, file, where: { function: from, clause }, template })),
  );
  if (from.template === undefined) return placed;
  const where = { function: from, clause: undefined };
  return [...placed, { from, file: from.template.file, where, template: from.template.template }];
}

/** Which components and live views each template, and each function that renders, mounts. */
export function findRenders(
  subjects: Subjects,
  templates: readonly PlacedTemplate[],
  calls: CallTable,
  values: ValueResolver,
): Render[] {
  const resolver = new CallResolver(subjects.index);
  const tags = templates.flatMap((placed) =>
    placed.template.tags.flatMap((tag) =>
      tag.sort === "component" ? readTag(tag, placed, subjects, resolver, values) : [],
    ),
  );
  return [...tags, ...calls.all.flatMap((call) => readCall(call, subjects, values))];
}

function readTag(
  tag: TagAbout,
  { from, file, where }: PlacedTemplate,
  subjects: Subjects,
  resolver: CallResolver,
  values: ValueResolver,
): Render[] {
  const target = { module: tag.module, name: tag.name, arity: 1 };
  const { line } = tag;
  const { info } = from.owner;
  const { brought } = from.owner.about.scope;
  const meant = info === undefined ? undefined : resolver.resolve({ targets: [target], brought }, info)[0];
  const text = tag.module === undefined ? `<.${tag.name}` : `<${tag.module}.${tag.name}`;
  if (tag.name === "live_component" && (meant?.module ?? PHOENIX) === PHOENIX)
    return mounted(
      "live_component",
      attributeOf(tag, "module"),
      { from, file, line, where },
      subjects,
      values,
      text,
    );
  const known = meant?.module === undefined ? undefined : { ...target, module: meant.module };
  const callee = known && functionNamed(subjects, known);
  const name = callee?.id ?? (known && nameOf(known));
  return [{ from, file, line, how: "component", target: name, text, inProject: callee !== undefined }];
}

const PHOENIX = "Phoenix.Component";

function attributeOf({ attributes }: TagAbout, name: string): Value | undefined {
  return attributes.find((each) => each.name === name)?.value;
}

const CALLS: Readonly<Record<string, readonly [how: Render["how"], module: number]>> = {
  "Phoenix.Component.live_render/2": ["live_view", 1],
  "Phoenix.Component.live_render/3": ["live_view", 1],
  "Phoenix.LiveView.Controller.live_render/2": ["live_view", 1],
  "Phoenix.LiveView.Controller.live_render/3": ["live_view", 1],
  "Phoenix.LiveView.Helpers.live_render/3": ["live_view", 1],
  "Phoenix.LiveView.Helpers.live_component/2": ["live_component", 0],
  "Phoenix.LiveView.Helpers.live_component/3": ["live_component", 1],
};

function readCall(call: Call, subjects: Subjects, values: ValueResolver): Render[] {
  const { from, file, line, clause, about } = call;
  const meant =
    call.target ?? (call.named?.name === "live_render" ? { ...call.named, module: PHOENIX } : undefined);
  const [how, position] = CALLS[meant === undefined ? "" : nameOf(meant)] ?? [];
  if (how === undefined || position === undefined) return [];
  const where: Where = { function: from, clause };
  return mounted(how, about.args[position], { from, file, line, where }, subjects, values, about.text);
}

function mounted(
  how: Render["how"],
  module: Value | undefined,
  { from, file, line, where }: Pick<Render, "from" | "file" | "line"> & { where: Where },
  { byName }: Subjects,
  values: ValueResolver,
  text: string,
): Render[] {
  const found = module === undefined || module.type === "attribute" ? [] : values.resolve(module, where);
  const names = new Set(found.flatMap(({ value }) => (value.type === "module" ? [value.name] : [])));
  if (names.size === 0) return [{ from, file, line, how, target: undefined, text, inProject: false }];
  return [...names].map((target) => ({ from, file, line, how, target, text, inProject: byName.has(target) }));
}
