import type { ViewEntry } from "../../index/index.ts";
import { moduleOf, type NamedGraph } from "./narrow.ts";

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly maybe: boolean;
}

/** For Graphviz. */
export function drawDot(named: NamedGraph): string {
  const lines = arrowsOf(named).map(({ from, to, label, maybe }) => {
    const attributes = [label === "" ? "" : `label=${quoted(label)}`, maybe ? "style=dashed" : ""]
      .filter(Boolean)
      .join(", ");
    return `  ${quoted(from)} -> ${quoted(to)}${attributes === "" ? "" : ` [${attributes}]`};`;
  });
  return [`digraph ${named.graph} {`, "  rankdir=LR;", "  node [shape=box];", ...lines, "}"].join("\n");
}

/** For Mermaid, as Markdown on GitHub shows it. */
export function drawMermaid(named: NamedGraph): string {
  const arrows = arrowsOf(named);
  const names = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))];
  const idOf = (name: string): string => `n${names.indexOf(name)}`;
  const nodes = names.map((name) => `  ${idOf(name)}["${escaped(name)}"]`);
  const lines = arrows.map(({ from, to, label, maybe }) => {
    const text = label === "" ? "" : `|"${escaped(label)}"|`;
    return `  ${idOf(from)} ${maybe ? "-.->" : "-->"}${text} ${idOf(to)}`;
  });
  return ["flowchart LR", ...nodes, ...lines].join("\n");
}

function arrowsOf(named: NamedGraph): Arrow[] {
  const arrows = { calls, messages, components }[named.graph](named as never);
  const once = new Map(arrows.map((arrow) => [JSON.stringify(arrow), arrow]));
  return [...once.values()];
}

function calls({ data }: NamedGraph & { graph: "calls" }): Arrow[] {
  return data.edges.map(({ from, to, count }) => ({
    from,
    to,
    label: count === 1 ? "" : String(count),
    maybe: false,
  }));
}

function messages({ data }: NamedGraph & { graph: "messages" }): Arrow[] {
  return data.messages.flatMap(({ from, message, to, taken_by: takers }) => {
    const names = new Set(takers.map((taker) => taker.function));
    // Which clause takes it may be open where the function is not.
    const isSure = names.size === 1 && to.modules !== null && !to.maybe;
    return [...names].map((name) => {
      const certain = isSure || takers.some((taker) => taker.function === name && !taker.maybe);
      return { from, to: name, label: message, maybe: !certain };
    });
  });
}

function components({ data }: NamedGraph & { graph: "components" }): Arrow[] {
  const rendered = data.renders.flatMap(({ module, target, how, inProject }) =>
    target !== null && inProject
      ? [{ from: module, to: target, label: how === "component" ? "" : how, maybe: false }]
      : [],
  );
  const routed = data.routes.map(({ router, module, path }) => ({
    from: router,
    to: module,
    label: path,
    maybe: false,
  }));
  const supervised = data.supervision.flatMap(({ supervisor, children }) =>
    children.flatMap(({ module, maybe }) =>
      module === null ? [] : [{ from: supervisor, to: module, label: "starts", maybe }],
    ),
  );
  return [...rendered, ...data.views.flatMap(mountedApart), ...routed, ...supervised];
}

/** What a view mounts by a function of another module: no arrow leads from its own. */
function mountedApart({ module, mounts }: ViewEntry): Arrow[] {
  return mounts
    .filter(({ how, from }) => how !== "component" && moduleOf(from) !== module)
    .map(({ how, target, from }) => ({ from: module, to: target, label: `${how} by ${from}`, maybe: false }));
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "#quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
