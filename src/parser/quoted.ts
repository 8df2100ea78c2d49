import type { Node } from "web-tree-sitter";
import type { QuotedCall, QuotedInfo, UseInfo } from "./facts.ts";
import { readBrought } from "./imports.ts";
import { moduleName, namedModules, withAliases, type Brought, type Scope } from "./names.ts";
import {
  argumentsNode,
  atomName,
  attribute,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  localCallName,
  typeOf,
} from "./syntax.ts";

/** Where the walk is: its scope, and whether what it sees is quoted. */
interface Place {
  readonly scope: Scope;
  readonly inQuote: boolean;
  /** The definition's first parameter, where that is a variable. */
  readonly parameter: string | undefined;
}

interface Found {
  readonly uses: UseInfo[];
  readonly behaviours: string[];
  readonly brought: Brought[];
  readonly calls: QuotedCall[];
  /** The branches of a `case` on the first parameter, by the atom that each wants. */
  readonly branches: { readonly atom: string; readonly found: Found }[];
}

/**
 * Reads what the quoted code in one clause brings into a module that `use`s it: one part for what always holds, and one
 * for each branch of a `case` on the first parameter. Parts that bring nothing are left out.
 */
export function readQuoted(definition: Node, name: string, outer: Scope): QuotedInfo[] {
  const first = firstParameter(definition);
  const variable = first?.type === "tuple" ? codeChildren(first)[0] : first;
  const parameter = variable?.type === "identifier" ? variable.text : undefined;
  const block = doBlock(definition);
  const body = [...callArguments(definition).slice(1), ...(block === undefined ? [] : [block])];
  const found = readPart(body, { scope: outer, inQuote: false, parameter });
  const parts = [{ atom: leadingAtom(first), found }, ...found.branches];
  return parts.flatMap(({ atom, found: { uses, behaviours, brought, calls } }) =>
    uses.length + behaviours.length + brought.length + calls.length === 0
      ? []
      : [{ name, firstAtom: atom, uses, behaviours, brought, calls }],
  );
}

/** `use …` as a fact; several for `use A.{B, C}`. */
export function readUse(call: Node, scope: Scope): UseInfo[] {
  const [target, options] = callArguments(call);
  const which = leadingAtom(options);
  const line = call.startPosition.row + 1;
  return namedModules(target, scope).map((name) => ({ target: name, which, line }));
}

function readPart(nodes: readonly Node[], place: Place): Found {
  const found: Found = { uses: [], behaviours: [], brought: [], calls: [], branches: [] };
  visit(nodes, place, found);
  return found;
}

function visit(nodes: readonly Node[], { scope: outer, inQuote, parameter }: Place, found: Found): void {
  let scope = outer;
  for (const node of nodes) {
    const place: Place = { scope, inQuote, parameter };
    if (inQuote) readStatement(node, scope, found);
    else readCall(node, place, found);
    scope = withAliases(node, scope);
    const inside: Place = { scope, inQuote: quoteState(node, inQuote), parameter };
    if (typeOf(node) === "stab_clause" && isChoice(node, place)) readBranch(node, inside, found);
    else visit(node.namedChildren, inside, found);
  }
}

function quoteState(node: Node, inQuote: boolean): boolean {
  const name = localCallName(node);
  if (name === "quote") return true;
  return name === "unquote" || name === "unquote_splicing" ? false : inQuote;
}

/** A clause `:atom -> …` of `case PARAMETER do`. */
function isChoice(clause: Node, { inQuote, parameter }: Place): boolean {
  if (inQuote || parameter === undefined || branchAtom(clause) === undefined) return false;
  const owner = clause.parent?.parent ?? undefined;
  return (
    owner !== undefined && localCallName(owner) === "case" && callArguments(owner)[0]?.text === parameter
  );
}

function branchAtom(clause: Node): string | undefined {
  const left = clause.childForFieldName("left");
  const patterns = left ? codeChildren(left) : [];
  return patterns.length === 1 ? leadingAtom(patterns[0]) : undefined;
}

function readBranch(clause: Node, place: Place, found: Found): void {
  const atom = branchAtom(clause) ?? "";
  const right = clause.childForFieldName("right");
  const branch = readPart(right ? [right] : [], place);
  found.branches.push({ atom, found: branch }, ...branch.branches);
}

function readStatement(node: Node, scope: Scope, found: Found): void {
  const name = localCallName(node);
  if (name === "use") found.uses.push(...readUse(node, scope));
  else if (name === "import" || name === "require") found.brought.push(...readBrought(node, name, scope));
  const attr = attribute(node);
  const behaviour = attr?.name === "behaviour" ? moduleName(attr.value, scope) : undefined;
  if (behaviour !== undefined) found.behaviours.push(behaviour);
}

function readCall(node: Node, { scope, parameter }: Place, found: Found): void {
  const target = calledFunction(node, scope);
  if (target === undefined) return;
  const args = callArguments(node);
  if (target.name === "apply" && target.module === scope.module) return readApply(args, scope, found);
  const passesOn = parameter !== undefined && args[0]?.text === parameter;
  found.calls.push({ ...target, argument: leadingAtom(args[0]), passesOn });
}

/** A call that names its module and function. */
function calledFunction(node: Node, scope: Scope): { module: string; name: string } | undefined {
  if (typeOf(node) !== "call" || doBlock(node) !== undefined) return undefined;
  const local = localCallName(node);
  if (local !== undefined)
    return scope.module === undefined ? undefined : { module: scope.module, name: local };
  const target = node.childForFieldName("target");
  const module = target?.type === "dot" ? moduleName(target.childForFieldName("left"), scope) : undefined;
  const name = target?.childForFieldName("right")?.text;
  return module === undefined || name === undefined ? undefined : { module, name };
}

/** `apply(__MODULE__, :name, …)` or `apply(__MODULE__, which, …)`. */
function readApply([owner, name]: readonly Node[], scope: Scope, found: Found): void {
  const module = moduleName(owner, scope);
  if (module !== undefined)
    found.calls.push({ module, name: atomName(name), argument: undefined, passesOn: false });
}

/** `name` of `:name` and of `{:name, …}`. */
function leadingAtom(node: Node | undefined): string | undefined {
  return atomName(node?.type === "tuple" ? codeChildren(node)[0] : node);
}

function firstParameter(definition: Node): Node | undefined {
  const guarded = callArguments(definition)[0];
  const head = guarded?.type === "binary_operator" ? guarded.childForFieldName("left") : guarded;
  const first = head && argumentsNode(head) ? callArguments(head)[0] : undefined;
  return first && isBinary(first, "\\\\") ? (first.childForFieldName("left") ?? undefined) : first;
}
