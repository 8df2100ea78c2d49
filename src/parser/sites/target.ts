import type { Node } from "../node.ts";
import { moduleName, type Scope } from "../names.ts";
import {
  argumentsNode,
  atomName,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  operatorOf,
  remoteName,
  typeOf,
} from "../syntax.ts";
import type { CallTarget } from "./query.ts";

/** The functions that a call names; none where only run time knows. `piped` is the left side of a pipe. */
export function targetsOf(
  call: Node & { [TARGETS]?: Targets },
  scope: Scope,
  piped: Node | undefined,
): readonly CallTarget[] {
  const known = call[TARGETS];
  if (known !== undefined && known.scope === scope && known.piped === piped) return known.targets;
  const targets = readTargets(call, scope, piped);
  call[TARGETS] = { scope, piped, targets };
  return targets;
}

const TARGETS: unique symbol = Symbol("targets");

/** The walk asks the same of a call several times. */
interface Targets {
  readonly scope: Scope;
  readonly piped: Node | undefined;
  readonly targets: readonly CallTarget[];
}

function readTargets(call: Node, scope: Scope, piped: Node | undefined): CallTarget[] {
  const target = calledName(call, scope);
  if (target === undefined) return [];
  const arity = arityOf(call, piped);
  const itself: CallTarget = { ...target, arity };
  const applied = isApply(itself) ? appliedTarget(call, scope, piped) : undefined;
  return applied === undefined ? [itself] : [applied, itself];
}

/** The same, and where the module is what another call gives (`Repo.replica().all(query)`), that call. */
export function askedTargets(call: Node, scope: Scope, piped: Node | undefined): readonly CallTarget[] {
  const targets = targetsOf(call, scope, piped);
  if (targets.length > 0) return targets;
  const received = receivedTarget(call, scope, piped);
  return received === undefined ? [] : [received];
}

function receivedTarget(call: Node, scope: Scope, piped: Node | undefined): CallTarget | undefined {
  const target = call.childForFieldName("target");
  if (target === null || typeOf(target) !== "dot" || argumentsNode(call) === undefined) return undefined;
  const [left, right] = [target.childForFieldName("left"), target.childForFieldName("right")];
  if (left === null || typeOf(left) !== "call" || right === null || typeOf(right) !== "identifier")
    return undefined;
  const receiver = targetsOf(left, scope, undefined).at(-1);
  return receiver && { module: undefined, name: right.text, arity: arityOf(call, piped), receiver };
}

export function arityOf(call: Node, piped: Node | undefined): number {
  const block = doBlock(call) === undefined ? 0 : 1;
  return callArguments(call).length + block + (piped === undefined ? 0 : 1);
}

function calledName(call: Node, scope: Scope): Omit<CallTarget, "arity"> | undefined {
  const target = call.childForFieldName("target");
  if (target === null) return undefined;
  if (typeOf(target) === "identifier") return { module: undefined, name: target.text };
  if (typeOf(target) !== "dot") return undefined;
  const module = moduleName(target.childForFieldName("left"), scope);
  const name = module === undefined ? undefined : remoteName(target);
  return module === undefined || name === undefined ? undefined : { module, name };
}

function isApply({ module, name, arity }: CallTarget): boolean {
  return (
    name === "apply" && arity === 3 && (module === undefined || module === "Kernel" || module === ":erlang")
  );
}

function appliedTarget(call: Node, scope: Scope, piped: Node | undefined): CallTarget | undefined {
  const [owner, name, args] = [...(piped === undefined ? [] : [piped]), ...callArguments(call)];
  const module = moduleName(owner, scope);
  const called = atomName(name);
  if (module === undefined || called === undefined || args === undefined || typeOf(args) !== "list")
    return undefined;
  const items = codeChildren(args);
  if (items.some((item) => isBinary(item, "|"))) return undefined;
  const pairs = items.flatMap((item) => (typeOf(item) === "keywords" ? codeChildren(item) : [item]));
  return { module, name: called, arity: pairs.length };
}

/** The name in `&name/2`, `&Mod.name/2` or `&module.name/2`, `operand` being what stands behind `&`. */
export function capturedName(operand: Node): Node | undefined {
  const left = isBinary(operand, "/") ? operand.childForFieldName("left") : null;
  if (left === null || operand.childForFieldName("right")?.type !== "integer") return undefined;
  if (typeOf(left) === "identifier") return left;
  return typeOf(left) === "call" && argumentsNode(left) === undefined ? left : undefined;
}

/** The function that such a capture names; undefined where only run time knows. */
export function capturedTarget(operand: Node, scope: Scope): CallTarget | undefined {
  const name = capturedName(operand);
  if (name === undefined) return undefined;
  const arity = Number(operand.childForFieldName("right")?.text);
  if (typeOf(name) === "identifier") return { module: undefined, name: name.text, arity };
  const target = calledName(name, scope);
  return target && { ...target, arity };
}

/** `f(&1, &2)`, `&1 + &2`: behind `&` this is the function itself, and with a probe it would be another one. */
export function isSequential(operand: Node): boolean {
  const args = operandsOf(operand);
  return args.length > 0 && args.every((arg, at) => isPlaceholder(arg, at + 1));
}

function operandsOf(node: Node): readonly Node[] {
  if (typeOf(node) === "call") return doBlock(node) === undefined ? callArguments(node) : [];
  return typeOf(node) === "binary_operator" || typeOf(node) === "unary_operator" ? codeChildren(node) : [];
}

function isPlaceholder(node: Node, position: number): boolean {
  return node.text === `&${position}` && typeOf(node) === "unary_operator" && operatorOf(node) === "&";
}
