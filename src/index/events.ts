import type { TagAbout, Value } from "../parser/index.ts";
import type { PlacedTemplate } from "./components.ts";
import type { Kind } from "./kinds.ts";
import type { Send } from "./sends.ts";
import { shapeOf } from "./shapes.ts";

const EVENT =
  /^phx-(?:click|click-away|submit|change|blur|focus|keydown|keyup|window-keydown|window-keyup|window-focus|window-blur|viewport-top|viewport-bottom|auto-recover)$/;

/** What a browser can send by a template: `phx-click="inc"`, `phx-click={JS.push("inc")}`. */
export function templateEvents(
  templates: readonly PlacedTemplate[],
  kinds: ReadonlyMap<string, readonly Kind[]>,
): Send[] {
  return templates.flatMap((placed) =>
    placed.template.tags.flatMap((tag) =>
      tag.attributes.flatMap(({ name, value }) =>
        value !== undefined &&
        !isReserved(name, value) &&
        (EVENT.test(name) || name.startsWith("on_") || value.type === "call")
          ? eventNames(name, value).map((event) => toSend(event, name, tag, placed, kinds))
          : [],
      ),
    ),
  );
}

/** `phx-auto-recover="ignore"` turns recovery off. */
function isReserved(attribute: string, value: Value): boolean {
  return attribute === "phx-auto-recover" && value.type === "text" && value.parts.join("") === "ignore";
}

/** Of a component's own attribute only what is pushed counts: a text there may be anything. */
function eventNames(attribute: string, value: Value): Value[] {
  if (value.type === "text") return EVENT.test(attribute) ? [value] : [];
  if (value.type === "branches") return value.values.flatMap((each) => eventNames(attribute, each));
  if (value.type !== "call") return [];
  const { target, args } = value;
  const pushed =
    target.name === "push" && target.module === "Phoenix.LiveView.JS"
      ? args.filter(({ type }) => type === "text")
      : [];
  return [
    ...pushed,
    ...args.filter(({ type }) => type === "call").flatMap((each) => eventNames(attribute, each)),
  ];
}

function toSend(
  event: Value,
  attribute: string,
  tag: TagAbout,
  { from, file }: PlacedTemplate,
  kinds: ReadonlyMap<string, readonly Kind[]>,
): Send {
  const own = kinds.get(from.owner.name) ?? [];
  const isTargeted = tag.attributes.some(({ name }) => name === "phx-target");
  const isOwn = own.includes("live_view") ? !isTargeted : own.includes("live_component") && isTargeted;
  const modules = isOwn ? [from.owner.name] : undefined;
  return {
    from,
    origin: from,
    file,
    line: tag.line,
    how: attribute,
    by: "event",
    taken: ["event"],
    event: undefined,
    message: event,
    shape: shapeOf(event),
    destination: { text: isOwn ? "self()" : "", modules, topic: undefined, maybe: !isOwn },
  };
}
