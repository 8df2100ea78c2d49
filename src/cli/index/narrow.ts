import type { CallGraph, ComponentGraph, MessageGraph, ViewEntry } from "../../index/index.ts";

/** A graph with its name. */
export type NamedGraph =
  | { readonly graph: "calls"; readonly data: CallGraph }
  | { readonly graph: "messages"; readonly data: MessageGraph }
  | { readonly graph: "components"; readonly data: ComponentGraph };

type Chosen = (name: string) => boolean;

/** `Shop.Cart` of `Shop.Cart.add/2`; operators and names with dots in them stand behind the last one, too. */
export function moduleOf(id: string): string {
  const slash = id.lastIndexOf("/");
  const name = slash === -1 ? id : id.slice(0, slash);
  const dot = /\.(?=[^.]*$|\.+$)/.exec(name)?.index ?? name.length;
  return name.slice(0, dot);
}

/** What begins or ends in one of the chosen modules. */
export function narrowCalls({ edges, external, unresolved }: CallGraph, chosen: Chosen): CallGraph {
  return {
    edges: edges.filter(({ from, to }) => chosen(moduleOf(from)) || chosen(moduleOf(to))),
    external: external.filter(({ from }) => chosen(moduleOf(from))),
    unresolved: unresolved.filter(({ from }) => chosen(moduleOf(from))),
  };
}

export function narrowMessages({ messages, subscriptions }: MessageGraph, chosen: Chosen): MessageGraph {
  const isChosen = (id: string): boolean => chosen(moduleOf(id));
  return {
    messages: messages.filter(
      ({ from, taken_by }) => isChosen(from) || taken_by.some((taker) => isChosen(taker.function)),
    ),
    subscriptions: subscriptions.filter(
      ({ from, process }) => isChosen(from) || (process !== null && chosen(process)),
    ),
  };
}

export function narrowComponents(graph: ComponentGraph, chosen: Chosen): ComponentGraph {
  const reaches = (target: string | null): boolean =>
    target !== null && (chosen(target) || chosen(moduleOf(target)));
  return {
    views: graph.views.flatMap((view) => narrowView(view, chosen(view.module), reaches)),
    renders: graph.renders.filter(({ module, target }) => chosen(module) || reaches(target)),
    routes: graph.routes.filter(({ router, module }) => chosen(router) || chosen(module)),
    supervision: graph.supervision.filter(
      ({ supervisor, children }) =>
        chosen(supervisor) || children.some(({ module }) => module !== null && chosen(module)),
    ),
  };
}

/** Of another view only that it mounts what is chosen. */
function narrowView(view: ViewEntry, isChosen: boolean, reaches: (target: string) => boolean): ViewEntry[] {
  if (isChosen) return [view];
  const mounts = view.mounts.filter(({ target }) => reaches(target));
  return mounts.length === 0 ? [] : [{ ...view, mounts }];
}
