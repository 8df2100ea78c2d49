import type { ClauseInfo, ModuleValue, OpenCall, TailCall, Tails } from "../parser/index.ts";
import type { Vertex } from "./vertices.ts";

/** What names mean in code of `from`. */
export interface Names {
  /** The functions that a call means; undefined where it may mean any other. */
  only(call: TailCall, from: Vertex): readonly Vertex[] | undefined;
  /** The modules that a name may mean. */
  meant(module: string, from: Vertex): readonly string[];
}

type Sent = Extract<OpenCall, { kind: "name" }>;

/**
 * What code of `from` ends in, with the calls whose module is computed (`repo().all(x)`, `@store.get(x)`) named by every
 * module that it can be. Where one of them is not told by the text, the call stays open.
 */
export function withReceivers(tails: Tails, from: Vertex, names: Names): Tails {
  // Code of a macro runs where it is put: its names may mean others there.
  if (from.isFree || !tails.open.some(isSent)) return tails;
  const calls = [...tails.calls];
  const open = tails.open.filter((call) => {
    const modules = isSent(call) ? modulesOf(call.receiver, from, names) : undefined;
    if (modules === undefined) return true;
    const { name, arity } = call as NamedSent;
    for (const module of modules) calls.push({ module, name, arity });
    return false;
  });
  return open.length === tails.open.length ? tails : { calls, open };
}

type NamedSent = Sent & { receiver: ModuleValue; name: string; arity: number };

/** Whether a call's module is told by the text, perhaps. */
export function isSent(call: OpenCall): call is NamedSent {
  return (
    call.kind === "name" && call.receiver !== undefined && call.name !== undefined && call.arity !== undefined
  );
}

/** Follows functions that return modules, through however many of them. */
function modulesOf(value: ModuleValue, from: Vertex, names: Names): readonly string[] | undefined {
  const modules = new Set<string>();
  const add = (given: ModuleValue, by: Vertex): void => {
    for (const module of given.modules) for (const name of names.meant(module, by)) modules.add(name);
  };
  add(value, from);
  const seen = new Set<Vertex>();
  const calls = value.calls.map((call) => ({ call, by: from }));
  // An array's iteration also visits what is added on the way.
  for (const { call, by } of calls) {
    const targets = names.only(call, by);
    if (targets === undefined) return undefined;
    for (const target of targets) {
      if (seen.has(target)) continue;
      seen.add(target);
      const given = givenBy(target);
      if (given === undefined) return undefined;
      add(given, target);
      for (const next of given.calls) calls.push({ call: next, by: target });
    }
  }
  return [...modules];
}

/** What a function of the project returns; undefined where it may be anything but a module that the text tells. */
function givenBy({ kind, clauses, ends }: Vertex): ModuleValue | undefined {
  if (kind === "delegate")
    return ends.some(({ open }) => open.length > 0)
      ? undefined
      : joined(
          ends.map(({ calls }) => calls),
          [],
        );
  const given = clauses.map(givenByClause);
  return kind === "function" && given.every((one) => one !== undefined)
    ? joined(
        given.map(({ calls }) => calls),
        given.map(({ modules }) => modules),
      )
    : undefined;
}

function givenByClause({ gives, computed }: ClauseInfo): ModuleValue | undefined {
  return computed ? undefined : gives;
}

function joined(
  calls: readonly ModuleValue["calls"][],
  modules: readonly ModuleValue["modules"][],
): ModuleValue {
  return { calls: calls.flat(), modules: modules.flat() };
}
