import type { Node } from "./node.ts";
import { moduleName, type Scope } from "./names.ts";
import { callArguments, isBinary, localCallName, typeOf } from "./syntax.ts";
import { arityOf, capturedTarget } from "./sites/target.ts";

/** The function that a definition is a clause of. */
export interface OwnName {
  readonly name: string;
  readonly arity: number | undefined;
  readonly defaults: number;
}

/** Whether the body of `definition`, whose text is `text`, calls or captures the function that it defines. */
export function callsItself(definition: Node, text: string, own: OwnName, scope: Scope): boolean {
  // Most functions do not name themselves: the tree is only searched where the text does.
  if (own.arity === undefined || text.indexOf(own.name, text.indexOf(own.name) + 1) === -1) return false;
  const head = callArguments(definition)[0];
  const nodes = definition.descendantsOfType(["call", "identifier", "unary_operator"]);
  return nodes.some((node) => node.startIndex >= (head?.endIndex ?? 0) && namesOwn(node, own, scope));
}

function namesOwn(node: Node, own: OwnName, scope: Scope): boolean {
  switch (typeOf(node)) {
    case "call":
      return calls(node, own, scope) && isOwnArity(arityOf(node, pipedInto(node) ? node : undefined), own);
    case "identifier":
      return node.text === own.name && pipedInto(node) && isOwnArity(1, own);
    default: {
      const operand = node.text.startsWith("&") ? node.namedChildren[0] : undefined;
      const target = operand && capturedTarget(operand, scope);
      const isOwn = target?.module === undefined || target.module === scope.module;
      return target !== undefined && isOwn && target.name === own.name && isOwnArity(target.arity, own);
    }
  }
}

function calls(call: Node, { name }: OwnName, scope: Scope): boolean {
  if (localCallName(call) === name) return true;
  const target = call.childForFieldName("target");
  if (target?.type !== "dot" || target.childForFieldName("right")?.text !== name) return false;
  return scope.module !== undefined && moduleName(target.childForFieldName("left"), scope) === scope.module;
}

/** The right side of a pipe has one argument more than is written. */
function pipedInto(node: Node): boolean {
  const parent = node.parent;
  return parent !== null && isBinary(parent, "|>") && parent.childForFieldName("right")?.id === node.id;
}

function isOwnArity(arity: number, { arity: most = 0, defaults }: OwnName): boolean {
  return most - defaults <= arity && arity <= most;
}
