import { as, atomName, field, type MapTerm, type PidTerm, type Term } from "./etf/index.ts";
import { inspectAtom } from "./inspect/index.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Process, SpanSet } from "./spans.ts";
import { wallOffset } from "./summary.ts";

/** A LiveComponent in its LiveView. Times in nanoseconds since the recording began. */
export interface LiveComponent {
  readonly cid: number;
  readonly module: string;
  readonly id: Term;
  /** Null where it was there before the recording. */
  readonly mounted: number | null;
  /** How often it was given assigns again, as far as templates with probes tell. */
  readonly updates: number;
  readonly updated: number | null;
  readonly children: readonly LiveComponent[];
}

export interface LiveView {
  readonly process: Process;
  readonly id: Term;
  readonly view: string;
  readonly parentPid: PidTerm | null;
  readonly rootPid: PidTerm | null;
  /** Null while it is rendered for an HTTP request. */
  readonly transportPid: PidTerm | null;
  readonly mounted: number | null;
  readonly components: readonly LiveComponent[];
  /** Those nested in it. */
  readonly children: readonly LiveView[];
}

interface ComponentDraft {
  readonly cid: number;
  readonly module: string;
  readonly id: Term;
  readonly mounted: number | null;
  parent: number | null;
  updates: number;
  updated: number | null;
}

interface ViewDraft extends Omit<LiveView, "components" | "children"> {
  readonly components: Map<number, ComponentDraft>;
}

/**
 * The LiveViews that were there at `at`, nanoseconds since the recording began, with what was in them. Those that are
 * rendered for a request exist as long as that takes, which no event says: with `statics`, they are told until their process
 * renders another page.
 */
export function liveTree(set: SpanSet, payloads: PayloadReader, at: number, statics = false): LiveView[] {
  const views = set.processes.flatMap((process) => viewsOf(process, set, payloads, at));
  const shown = views.filter(({ transportPid }) => statics || transportPid !== null);
  const roots = shown.filter((view) => !shown.some((one) => isParent(one, view)));
  return roots.map((view) => nested(view, shown));
}

function isParent(one: ViewDraft, { process, parentPid }: ViewDraft): boolean {
  return (
    parentPid !== null &&
    one.process !== process &&
    one.process.vm === process.vm &&
    one.process.pid.id === parentPid.id &&
    one.process.pid.serial === parentPid.serial
  );
}

/** A LiveView's process is started by its parent's: none is its own ancestor. */
function nested(view: ViewDraft, all: readonly ViewDraft[]): LiveView {
  const children = all.filter((one) => isParent(view, one) && one.process.firstSeen > view.process.firstSeen);
  const components = componentsOf(view.components, null, new Set());
  return { ...view, components, children: children.map((child) => nested(child, all)) };
}

function componentsOf(
  drafts: ReadonlyMap<number, ComponentDraft>,
  parent: number | null,
  above: ReadonlySet<number>,
): LiveComponent[] {
  return [...drafts.values()]
    .filter((draft) => isBelow(draft, parent, drafts) && !above.has(draft.cid))
    .map(({ cid, module, id, mounted, updates, updated }) => {
      const children = componentsOf(drafts, cid, new Set([...above, cid]));
      return { cid, module, id, mounted, updates, updated, children };
    });
}

/** One whose parent is not known, or is gone, is the LiveView's. */
function isBelow(draft: ComponentDraft, parent: number | null, all: ReadonlyMap<number, unknown>): boolean {
  const own = draft.parent !== null && all.has(draft.parent) ? draft.parent : null;
  return own === parent;
}

function viewsOf(process: Process, set: SpanSet, payloads: PayloadReader, at: number): ViewDraft[] {
  const offset = wallOffset(process.vm, set.recording);
  if (process.exit !== null && process.exit.time + offset <= at) return [];
  const views = new Map<string, ViewDraft>();
  for (const event of process.trees) {
    const time = event.time + offset;
    if (time > at) continue;
    const [id, changes] = as(payloads.read(event) ?? undefined, "tuple")?.items ?? [];
    if (id === undefined) continue;
    for (const change of as(changes, "list")?.items ?? [])
      apply(views, process, id, as(change, "tuple")?.items ?? [], time);
  }
  return [...views.values()];
}

function apply(
  views: Map<string, ViewDraft>,
  process: Process,
  id: Term,
  [what, ...rest]: readonly Term[],
  time: number,
): void {
  const key = JSON.stringify(id);
  if (atomName(what) === "live_view") return addView(views, key, process, id, rest, time);
  const components = views.get(key)?.components;
  const [cid, ...about] = rest;
  if (components === undefined || typeof cid !== "number") return;
  applyTo(components, atomName(what), cid, about, time);
}

function addView(
  views: Map<string, ViewDraft>,
  key: string,
  process: Process,
  id: Term,
  [began, about]: readonly Term[],
  time: number,
): void {
  const map = as(about, "map");
  if (map === null) return;
  const view = viewOf(map, process, id, atomName(began) === "mounted" ? time : null);
  // A page that is rendered for a request begins; the one before is over.
  if (view.transportPid === null && view.parentPid === null) views.clear();
  views.set(key, view);
}

function viewOf(map: MapTerm, process: Process, id: Term, mounted: number | null): ViewDraft {
  return {
    process,
    id,
    view: inspectAtom(atomName(field(map, "view")) ?? "nil"),
    parentPid: as(field(map, "parent_pid"), "pid"),
    rootPid: as(field(map, "root_pid"), "pid"),
    transportPid: as(field(map, "transport_pid"), "pid"),
    mounted,
    components: new Map(),
  };
}

function applyTo(
  components: Map<number, ComponentDraft>,
  what: string | null,
  cid: number,
  about: readonly Term[],
  time: number,
): void {
  const known = components.get(cid);
  if (what === "mounted" || what === "found") {
    const [module, id, parent] = about;
    const name = inspectAtom(atomName(module) ?? "nil");
    const mounted = what === "mounted" ? time : null;
    const draft = { cid, module: name, id: id ?? { type: "atom", name: "nil" }, mounted } as const;
    components.set(cid, { ...draft, parent: numberOf(parent), updates: 0, updated: null });
  } else if (what === "removed") components.delete(cid);
  else if (what === "moved" && known !== undefined) known.parent = numberOf(about[0]);
  else if (what === "updated" && known !== undefined) {
    known.updates += 1;
    known.updated = time;
  }
}

function numberOf(term: Term | undefined): number | null {
  return typeof term === "number" ? term : null;
}
