import type { Node } from "../node.ts";
import type { Value } from "../about/value.ts";
import { moduleName, type Scope } from "../names.ts";
import { doBlock, localCallName, typeOf } from "../syntax.ts";
import type { QuotedCall } from "./facts.ts";

/** A call that names its module and function. */
export function calledFunction(node: Node, scope: Scope): { module: string; name: string } | undefined {
  return typeOf(node) !== "call" || doBlock(node) !== undefined ? undefined : namedFunction(node, scope);
}

/** The same of a call that may have a block. */
export function namedFunction(node: Node, scope: Scope): { module: string; name: string } | undefined {
  const local = localCallName(node);
  if (local !== undefined)
    return scope.module === undefined ? undefined : { module: scope.module, name: local };
  const target = node.childForFieldName("target");
  const module = target?.type === "dot" ? moduleName(target.childForFieldName("left"), scope) : undefined;
  const name = target?.childForFieldName("right")?.text;
  return module === undefined || name === undefined ? undefined : { module, name };
}

/** `apply(__MODULE__, :name, […])` or `apply(__MODULE__, which, […])`. */
export function readApplied(
  [owner]: readonly Node[],
  [, name, given]: readonly Value[],
  scope: Scope,
  line: number,
): QuotedCall[] {
  const module = moduleName(owner, scope);
  if (module === undefined || name === undefined) return [];
  const args = given?.type === "list" && !given.open ? given.items : [];
  return [{ module, name, args, spliced: false, line }];
}
