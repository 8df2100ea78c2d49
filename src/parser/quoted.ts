import type { Node } from "web-tree-sitter";
import type { QuotedInfo, UseInfo } from "./facts.ts";
import { moduleName, namedModules, withAliases, type Scope } from "./names.ts";
import { argumentsNode, atomName, attribute, callArguments, codeChildren, localCallName } from "./syntax.ts";

interface Collected {
  readonly uses: UseInfo[];
  readonly behaviours: string[];
  readonly calls: string[];
  dispatches: boolean;
}

/** Reads what the quoted code in one clause brings into a module that `use`s it. */
export function readQuoted(call: Node, name: string, arity: number | undefined, scope: Scope): QuotedInfo {
  const found: Collected = { uses: [], behaviours: [], calls: [], dispatches: false };
  visit(call.namedChildren.slice(1), scope, false, found);
  return { name, arity, firstAtom: firstAtom(call), ...found };
}

/** `use …` as a fact; several for `use A.{B, C}`. */
export function readUse(call: Node, scope: Scope): UseInfo[] {
  const [target, options] = callArguments(call);
  const which = atomName(options?.type === "tuple" ? codeChildren(options)[0] : options);
  const line = call.startPosition.row + 1;
  return namedModules(target, scope).map((name) => ({ target: name, which, line }));
}

function visit(nodes: readonly Node[], outer: Scope, inQuote: boolean, found: Collected): void {
  let scope = outer;
  for (const node of nodes) {
    if (inQuote) readStatement(node, scope, found);
    else readCall(node, found);
    scope = withAliases(node, scope);
    visit(node.namedChildren, scope, quoteState(node, inQuote), found);
  }
}

function quoteState(node: Node, inQuote: boolean): boolean {
  const name = localCallName(node);
  if (name === "quote") return true;
  return name === "unquote" || name === "unquote_splicing" ? false : inQuote;
}

function readStatement(node: Node, scope: Scope, found: Collected): void {
  if (localCallName(node) === "use") found.uses.push(...readUse(node, scope));
  const attr = attribute(node);
  const behaviour = attr?.name === "behaviour" ? moduleName(attr.value, scope) : undefined;
  if (behaviour !== undefined) found.behaviours.push(behaviour);
}

function readCall(node: Node, found: Collected): void {
  const name = localCallName(node);
  if (name === undefined) return;
  found.calls.push(name);
  if (name === "apply" && callArguments(node)[0]?.text === "__MODULE__") found.dispatches = true;
}

function firstAtom(call: Node): string | undefined {
  const guarded = callArguments(call)[0];
  const head = guarded?.type === "binary_operator" ? guarded.childForFieldName("left") : guarded;
  const parameter = head && argumentsNode(head) ? callArguments(head)[0] : undefined;
  return atomName(parameter);
}
