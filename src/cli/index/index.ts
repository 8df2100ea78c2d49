import { optionsMissing } from "../../errors.ts";
import {
  callGraph,
  componentGraph,
  noticesOf,
  messageGraph,
  modulePage,
  type GraphName,
  type Knowledge,
} from "../../index/index.ts";
import { chooseModules, indexProject, type Indexed } from "../../indexing.ts";
import type { Io } from "../io.ts";
import { drawDot, drawMermaid } from "./draw.ts";
import { graphText } from "./graph-text.ts";
import { narrowCalls, narrowComponents, narrowMessages, type NamedGraph } from "./narrow.ts";
import { overviewText } from "./overview.ts";
import { pageText } from "./page-text.ts";

/** Formats that only a graph has. */
export const GRAPH_FORMATS = ["dot", "mermaid"] as const;

export interface IndexOptions {
  readonly project: string;
  readonly module?: string;
  readonly graph?: GraphName;
  readonly format: "text" | "json" | (typeof GRAPH_FORMATS)[number];
}

/** Of what `--format json` prints: higher where a key is taken away, or means something else. */
const VERSION = 1;

type Chosen = (name: string) => boolean;

/** `escope index`: what the project is, who calls whom, and which messages go where. */
export async function runIndex(options: IndexOptions, io: Io): Promise<number> {
  const { format, graph } = options;
  if (graph === undefined && (format === "dot" || format === "mermaid"))
    throw optionsMissing(`--format ${format}`, "--graph calls, messages or components");
  const indexed = await indexProject(options.project);
  const chosen = chooseModules(indexed, options.module);
  for (const line of talk(indexed)) io.stderr(`${line}\n`);
  const text =
    graph === undefined
      ? indexText(indexed, options, chosen)
      : graphOutput(indexed.knowledge, graph, format, chosen);
  io.stdout(`${text}\n`);
  await io.drained?.();
  return 0;
}

function talk({ faults, unreadable, openPaths, knowledge }: Indexed): string[] {
  return [
    ...noticesOf(knowledge.subjects).map(({ file, line, text }) => `${file}:${line}: ${text}`),
    ...faults.map(
      ({ path, fault }) =>
        `${path}:${fault?.line}:${fault?.column}: ${faultText(fault)}; it is not in the index`,
    ),
    ...unreadable
      .filter(({ path }) => path.endsWith(".ex"))
      .map(({ path, reason }) => `${path}: ${reason}; it is not in the index`),
    ...openPaths.map(({ file, line, reason }) => `${file}:${line}: ${reason}`),
  ];
}

function faultText(fault: Indexed["faults"][number]["fault"]): string {
  return fault?.tooDeep === true ? "is nested too deeply to be read" : "does not parse as Elixir";
}

function indexText(indexed: Indexed, { format, module }: IndexOptions, chosen: Chosen): string {
  const { knowledge, name } = indexed;
  const subjects = knowledge.subjects.all.filter((subject) => chosen(subject.name));
  if (format !== "json" && module === undefined) return overviewText(name, knowledge).join("\n");
  const pages = subjects.map((subject) => modulePage(knowledge, subject));
  if (format !== "json")
    return pages
      .flatMap((page) => [...pageText(page), ""])
      .join("\n")
      .trimEnd();
  const { routes, supervision } = narrowComponents(componentGraph(knowledge), chosen);
  return JSON.stringify(
    {
      version: VERSION,
      project: name,
      modules: pages,
      routes,
      supervision,
      notices: noticesOf(knowledge.subjects),
      unread: unread(indexed),
    },
    null,
    2,
  );
}

function unread({ faults, unreadable, openPaths }: Indexed): unknown[] {
  return [
    ...faults.map(({ path, fault }) => ({
      file: path,
      line: fault?.line ?? null,
      reason: `it ${faultText(fault)}`,
    })),
    ...unreadable
      .filter(({ path }) => path.endsWith(".ex"))
      .map(({ path, reason }) => ({ file: path, line: null, reason })),
    ...openPaths,
  ];
}

function graphOutput(
  knowledge: Knowledge,
  graph: GraphName,
  format: IndexOptions["format"],
  chosen: Chosen,
): string {
  const named = narrowed(knowledge, graph, chosen);
  if (format === "json") return JSON.stringify(named.data, null, 2);
  if (format === "dot") return drawDot(named);
  return format === "mermaid" ? drawMermaid(named) : graphText(named).join("\n");
}

function narrowed(knowledge: Knowledge, graph: GraphName, chosen: Chosen): NamedGraph {
  if (graph === "calls") return { graph, data: narrowCalls(callGraph(knowledge), chosen) };
  if (graph === "messages") return { graph, data: narrowMessages(messageGraph(knowledge), chosen) };
  return { graph, data: narrowComponents(componentGraph(knowledge), chosen) };
}
