import type {
  CallGraph,
  ComponentGraph,
  MessageGraph,
  SupervisionEntry,
  ViewEntry,
} from "../../index/index.ts";
import type { NamedGraph } from "./narrow.ts";
import { messageLines } from "./page-text.ts";

/** A graph for reading: each source with what it leads to. */
export function graphText(named: NamedGraph): string[] {
  if (named.graph === "calls") return callText(named.data);
  return named.graph === "messages" ? messageText(named.data) : componentText(named.data);
}

function callText({ edges, external, unresolved }: CallGraph): string[] {
  const arrows = edges.map(({ from, to, count }) => ({
    from,
    line: `→ ${to}${count === 1 ? "" : ` ×${count}`}`,
  }));
  const outside = external.map(({ from, to, count }) => ({
    from,
    line: `⇢ ${to}${count === 1 ? "" : ` ×${count}`}`,
  }));
  const open = unresolved.map(({ from, text, line, maybe }) => {
    const meant = maybe.length === 0 ? "" : `, maybe of ${maybe.join(" or ")}`;
    return { from, line: `? ${text} (line ${line}${meant})` };
  });
  return grouped([...arrows, ...outside, ...open]);
}

function messageText({ messages, subscriptions }: MessageGraph): string[] {
  const sent = messages.flatMap((message) =>
    messageLines(message).map((line) => ({ from: message.from, line })),
  );
  const subscribed = subscriptions.map(({ from, topic, text, process }) => {
    return { from, line: `subscribes ${process ?? "its process"} to ${topic ?? text}` };
  });
  return grouped([...sent, ...subscribed]);
}

function componentText({ views, renders, routes, supervision }: ComponentGraph): string[] {
  const mounts = renders
    .filter(({ inProject, how }) => inProject || how !== "component")
    .map(({ from, how, target, text, line }) => ({
      from,
      line: `${line}  ${how} ${target ?? `${text} (not resolved)`}`,
    }));
  const paths = routes.map(
    ({ verb, path, module, action }) => `  ${verb} ${path} → ${module}${action === null ? "" : ` ${action}`}`,
  );
  return [
    ...grouped(mounts),
    ...section("views", views.flatMap(viewLines)),
    ...section("routes", paths),
    ...section("supervision", supervision.flatMap(supervisionLines)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

/** Its live components and views each with where it is mounted; of function components the names do. */
function viewLines({ module, mounts }: ViewEntry): string[] {
  const live = mounts.filter(({ how }) => how !== "component");
  const components = mounts.filter(({ how }) => how === "component").map(({ target }) => target);
  if (mounts.length === 0) return [];
  return [
    `  ${module}`,
    ...live.map(({ how, target, file, line }) => `    ${how} ${target} (${file}:${line})`),
    ...(components.length === 0 ? [] : [`    with ${components.join(", ")}`]),
  ];
}

function supervisionLines({ supervisor, name, how, strategy, children }: SupervisionEntry): string[] {
  const notes = [how, name ?? "", strategy ?? ""].filter(Boolean).join(" ");
  const lines = children.map(
    (child) =>
      `    ${child.module ?? child.text}${child.name === null ? "" : ` ${child.name}`}${child.maybe ? " maybe" : ""}`,
  );
  return [`  ${supervisor} (${notes})`, ...lines];
}

function grouped(entries: readonly { readonly from: string; readonly line: string }[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { from, line } of entries) groups.set(from, [...(groups.get(from) ?? []), `  ${line}`]);
  return [...groups].flatMap(([from, lines]) => [from].concat(lines));
}
