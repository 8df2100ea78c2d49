import picocolors from "picocolors";
import type { Colors } from "picocolors/types.js";
import { inspectIn, type LiveComponent, liveTree, type LiveView } from "../../collector/index.ts";
import { askRecording } from "./ask.ts";
import { momentOf } from "./moment.ts";
import type { TraceIo, TreeOptions } from "./options.ts";
import { countText, offsetText } from "./units.ts";

/** `escope trace tree`: the LiveViews and components that were there at a moment. Gives the exit code. */
export function runTraceTree(options: TreeOptions, io: TraceIo): Promise<number> {
  return askRecording(options, io, (set, payloads) => {
    const at = options.at === undefined ? null : momentOf(set, options.at);
    const views = liveTree(set, payloads, at ?? Number.POSITIVE_INFINITY, options.static);
    if (options.format === "json")
      io.stdout(`${JSON.stringify({ at_ns: at, live_views: views.map(viewJson) }, null, 2)}\n`);
    else writeText(views, io);
  });
}

function viewJson(view: LiveView): Record<string, unknown> {
  const inspect = inspectIn(view.process);
  const pid = (term: LiveView["rootPid"]): string | null => (term === null ? null : inspect(term));
  return {
    pid: inspect({ type: "pid", ...view.process.pid }),
    vm: view.process.vm.name,
    id: inspect(view.id),
    view: view.view,
    mount: view.transportPid === null ? "static" : "connected",
    parent_pid: pid(view.parentPid),
    root_pid: pid(view.rootPid),
    transport_pid: pid(view.transportPid),
    mounted_ns: view.mounted,
    components: view.components.map((component) => componentJson(component, inspect)),
    children: view.children.map(viewJson),
  };
}

function componentJson(
  { cid, module, id, mounted, updates, updated, children }: LiveComponent,
  inspect: ReturnType<typeof inspectIn>,
): Record<string, unknown> {
  return {
    cid,
    module,
    id: inspect(id),
    mounted_ns: mounted,
    updates,
    updated_ns: updated,
    children: children.map((child) => componentJson(child, inspect)),
  };
}

function writeText(views: readonly LiveView[], io: TraceIo): void {
  if (views.length === 0) return io.stderr("no LiveView was there\n");
  const colors = picocolors.createColors(io.color);
  for (const view of views) for (const line of viewLines(view, "", "", colors)) io.stdout(`${line}\n`);
}

/** `branch` stands before the view itself, `indent` before what is in it. */
function* viewLines(view: LiveView, branch: string, indent: string, colors: Colors): Generator<string> {
  const inspect = inspectIn(view.process);
  const pid = inspect({ type: "pid", ...view.process.pid });
  const mount = view.transportPid === null ? " static" : "";
  const name = colors.bold(view.view);
  yield `${colors.dim(branch)}${name} ${plain(inspect(view.id))} ${pid}${mount}${since(view, colors)}`;
  const last = view.components.length + view.children.length - 1;
  for (const [index, component] of view.components.entries())
    yield* componentLines(component, indent, index === last, inspect, colors);
  for (const [index, child] of view.children.entries()) {
    const isLast = index + view.components.length === last;
    yield* viewLines(
      child,
      `${indent}${isLast ? "└─ " : "├─ "}`,
      `${indent}${isLast ? "   " : "│  "}`,
      colors,
    );
  }
}

function* componentLines(
  component: LiveComponent,
  indent: string,
  isLast: boolean,
  inspect: ReturnType<typeof inspectIn>,
  colors: Colors,
): Generator<string> {
  const { cid, module, id, updates, children } = component;
  const branch = colors.dim(`${indent}${isLast ? "└─ " : "├─ "}`);
  const given = updates === 0 ? "" : colors.dim(`, ${countText(updates, "update")}`);
  yield `${branch}${colors.cyan(module)} ${inspect(id)} (cid ${cid})${since(component, colors)}${given}`;
  for (const [index, child] of children.entries())
    yield* componentLines(
      child,
      `${indent}${isLast ? "   " : "│  "}`,
      index === children.length - 1,
      inspect,
      colors,
    );
}

function since({ mounted }: { readonly mounted: number | null }, colors: Colors): string {
  return colors.dim(mounted === null ? "  there before" : `  mounted at ${offsetText(mounted)}`);
}

function plain(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
