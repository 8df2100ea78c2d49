import type { Node } from "./node.ts";
import { computedName } from "./computed-names.ts";
import { readModules } from "./module-values.ts";
import { moduleName, type Scope } from "./names.ts";
import { capturedTarget } from "./sites/target.ts";
import { atomName, lengthOf, remoteName } from "./syntax.ts";
import type { ModuleValue, OpenCall, TailCall } from "./tails.ts";

type Told = { readonly call: TailCall } | { readonly open: OpenCall };

/** `owner.name(…)` with `arity` arguments, where `owner` is no module that is written out. */
export function sentCall(
  owner: Node | null,
  name: string | undefined,
  arity: number,
  scope: Scope,
): OpenCall {
  return { kind: "name", module: undefined, name, arity, ...receiverOf(owner, scope) };
}

/** `&name/arity`, `&Module.name/arity`, `&owner.name/arity`: what stands behind `&`, and its left side. */
export function capturedCall(operand: Node, left: Node, arity: number, scope: Scope): Told {
  const target = capturedTarget(operand, scope);
  if (target !== undefined) return { call: target };
  const dot = left.childForFieldName("target");
  const name = remoteName(dot);
  const receiver = receiverOf(dot?.childForFieldName("left"), scope);
  return { open: { kind: "name", module: undefined, name, arity, ...receiver } };
}

/** `apply(owner, name, args)` */
export function appliedCall(
  owner: Node | undefined,
  name: Node | undefined,
  args: Node | undefined,
  scope: Scope,
): Told {
  const module = moduleName(owner, scope);
  const called = atomName(name);
  const arity = listLength(args);
  if (module !== undefined && called !== undefined && arity !== undefined)
    return { call: { module, name: called, arity } };
  const receiver = module === undefined ? receiverOf(owner, scope) : {};
  return { open: { kind: "name", module, name: called, arity, ...computedName(name), ...receiver } };
}

export function listLength(list: Node | undefined): number | undefined {
  return list?.type === "list" ? lengthOf(list) : undefined;
}

function receiverOf(owner: Node | null | undefined, scope: Scope): { receiver?: ModuleValue } {
  const receiver = readModules(owner, scope);
  return receiver === undefined ? {} : { receiver };
}
