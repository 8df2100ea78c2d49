import type { Knowledge } from "./build.ts";
import { groupBy, type Call } from "./calls.ts";
import type {
  CallGraph,
  ComponentGraph,
  EdgeEntry,
  MessageGraph,
  RouteEntry,
  SupervisionEntry,
} from "./entries.ts";
import { messageEntry, renderEntry, subscriptionEntry } from "./page.ts";
import type { Route } from "./routes.ts";
import type { Supervision } from "./supervision.ts";

export const GRAPHS = ["calls", "messages", "components"] as const;
export type GraphName = (typeof GRAPHS)[number];

/** Who calls whom, function by function; calls out of the project by module. */
export function callGraph({ calls }: Knowledge): CallGraph {
  const inside = calls.all.filter(({ callee }) => callee !== undefined);
  const outside = calls.all.filter(({ callee, target }) => target !== undefined && callee === undefined);
  const unresolved = calls.all.filter(({ target }) => target === undefined);
  return {
    edges: edges(inside, ({ callee }) => callee?.id ?? ""),
    external: edges(outside, ({ target }) => target?.module ?? ""),
    unresolved: unresolved.map(({ from, file, line, about, named }) => {
      return { from: from.id, file, line, text: about.text, maybe: named?.maybe ?? [] };
    }),
  };
}

function edges(calls: readonly Call[], toOf: (call: Call) => string): EdgeEntry[] {
  const groups = groupBy(calls, (call) => `${call.from.id} ${toOf(call)}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const lines = [...new Set(group.map(({ line }) => line))];
    return [{ from: first.from.id, to: toOf(first), count: group.length, file: first.file, lines }];
  });
}

/** Which message goes where, and which clauses take it. */
export function messageGraph({ messages, subscriptions }: Knowledge): MessageGraph {
  return { messages: messages.map(messageEntry), subscriptions: subscriptions.map(subscriptionEntry) };
}

/** Which live views and templates mount which components; routes, and supervision trees. */
export function componentGraph({ renders, routes, supervision, mounts, own }: Knowledge): ComponentGraph {
  return {
    views: [...mounts].map(([view, mounted]) => ({
      module: view.name,
      file: view.file,
      kinds: own.get(view) ?? [],
      mounts: mounted.map((each) => ({ ...each, from: each.from.id })),
    })),
    renders: renders.map(renderEntry),
    routes: routes.map(routeEntry),
    supervision: supervision.map(supervisionEntry),
  };
}

function routeEntry(route: Route): RouteEntry {
  const hooks = route.on_mount.map(({ line, module, stage }) => ({ line, module, stage }));
  return {
    ...route,
    action: route.action ?? null,
    live_session: route.live_session ?? null,
    on_mount: hooks,
  };
}

function supervisionEntry(one: Supervision): SupervisionEntry {
  const children = one.children.map(({ module, name, text, maybe }) => ({
    module: module ?? null,
    name: name ?? null,
    text,
    maybe,
  }));
  return { ...one, name: one.name ?? null, strategy: one.strategy ?? null, children };
}
