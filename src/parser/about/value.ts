import type { Node } from "../node.ts";
import { clauseNames, withoutNames } from "./bound-names.ts";
import { moduleName, type Scope } from "../names.ts";
import { capturedTarget, targetsOf } from "../sites/target.ts";
import type { CallTarget } from "../sites/query.ts";
import {
  atomName,
  callArguments,
  codeChildren,
  doBlock,
  keywordPairs,
  localCallName,
  operandOf,
  operatorOf,
  typeOf,
} from "../syntax.ts";

/** An expression or a pattern as plain data: what of it can be told from its text. */
export type Value =
  /** Atoms, numbers, charlists: as they are written. */
  | { readonly type: "literal"; readonly text: string }
  /** `written`: it is given to a macro as the text that it is. */
  | { readonly type: "module"; readonly name: string; readonly written?: true }
  | { readonly type: "variable"; readonly name: string }
  /** `@name`: an attribute in code, an assign in a template. */
  | { readonly type: "attribute"; readonly name: string }
  /** A string; what is interpolated, or joined by `<>`, stands between its parts. */
  | { readonly type: "text"; readonly parts: readonly (string | Value)[] }
  | { readonly type: "tuple"; readonly items: readonly Value[] }
  /** `open`: it ends in `| rest`. */
  | { readonly type: "list"; readonly items: readonly Value[]; readonly open: boolean }
  | { readonly type: "keywords"; readonly pairs: readonly Pair[] }
  | { readonly type: "map"; readonly struct: string | undefined; readonly pairs: readonly Pair[] }
  | { readonly type: "capture"; readonly target: CallTarget }
  /** `clauses`: the first parameter of each. */
  | { readonly type: "closure"; readonly clauses: readonly Value[] }
  | {
      readonly type: "call";
      readonly target: CallTarget;
      readonly args: readonly Value[];
      readonly text: string;
    }
  /** One of several, by a condition. */
  | { readonly type: "branches"; readonly values: readonly Value[] }
  | { readonly type: "any"; readonly text: string };

export interface Pair {
  readonly key: Value;
  readonly value: Value;
}

/** Deeper than this nothing is told apart; and no text is longer than that. */
const DEPTH = 8;
const LENGTH = 80;

const BRANCHING: ReadonlySet<string> = new Set(["if", "unless", "case", "cond"]);

/** On one line, and cut where it is long. */
export function brief(text: string, limit: number = LENGTH): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

export function readValue(node: Node | null | undefined, scope: Scope, depth = 0): Value {
  if (!node) return { type: "any", text: "" };
  if (depth > DEPTH) return unknown(node);
  return READERS[typeOf(node)]?.(node, scope, depth + 1) ?? readAtom(node) ?? unknown(node);
}

type Reader = (node: Node, scope: Scope, depth: number) => Value | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  alias: readModule,
  atom: readModule,
  quoted_atom: readModule,
  integer: readLiteral,
  float: readLiteral,
  char: readLiteral,
  charlist: readLiteral,
  string: (node, scope, depth) => ({ type: "text", parts: textParts(node, scope, depth) }),
  identifier: readName,
  tuple: readTuple,
  list: readList,
  keywords: (node, scope, depth) => ({ type: "keywords", pairs: readPairs(node, scope, depth) }),
  map: readMap,
  block: readBlock,
  body: readBlock,
  anonymous_function: readClosure,
  unary_operator: readPrefix,
  access_call: readAccess,
  binary_operator: readOperator,
  call: (node, scope, depth) => readCall(node, undefined, scope, depth),
  dot: readModule,
};

function unknown(node: Node): Value {
  return { type: "any", text: brief(node.text) };
}

function readLiteral(node: Node): Value {
  return { type: "literal", text: node.text };
}

function readAtom(node: Node): Value | undefined {
  const name = atomName(node);
  if (name === undefined) return undefined;
  return {
    type: "literal",
    text: typeOf(node) === "atom" || typeOf(node) === "quoted_atom" ? `:${name}` : name,
  };
}

/** `Shop.Cart`, `:"Elixir.Shop"`; `:shop` is an atom like any other. */
function readModule(node: Node, scope: Scope): Value | undefined {
  const name = moduleName(node, scope);
  return name === undefined || name.startsWith(":") ? undefined : { type: "module", name };
}

function readName(node: Node, scope: Scope): Value {
  if (node.text === "__MODULE__" && scope.module !== undefined) return { type: "module", name: scope.module };
  return { type: "variable", name: node.text };
}

function textParts(node: Node, scope: Scope, depth: number): (string | Value)[] {
  return codeChildren(node).map((part) =>
    typeOf(part) === "interpolation"
      ? readValue(codeChildren(part)[0], scope, depth)
      : dedent(node, part.text),
  );
}

function dedent(owner: Node, text: string): string {
  return owner.text.startsWith('"""') ? text.replace(/^\n/, "") : text;
}

function readItems(nodes: readonly Node[], scope: Scope, depth: number): Value[] {
  return nodes.map((node) => readValue(node, scope, depth));
}

/** Of any number of elements nothing is told apart. */
function readTuple(node: Node, scope: Scope, depth: number): Value | undefined {
  const items = codeChildren(node);
  return items.some(isSplicing) ? undefined : { type: "tuple", items: readItems(items, scope, depth) };
}

function isSplicing(node: Node): boolean {
  return localCallName(node) === "unquote_splicing";
}

function readList(node: Node, scope: Scope, depth: number): Value {
  const items = codeChildren(node);
  const [first] = items;
  if (items.length === 1 && first && typeOf(first) === "keywords") return readValue(first, scope, depth);
  const last = items.at(-1);
  const isOpen = last !== undefined && typeOf(last) === "binary_operator" && operatorOf(last) === "|";
  const spliced = items.findIndex(isSplicing);
  if (spliced !== -1)
    return { type: "list", items: readItems(items.slice(0, spliced), scope, depth), open: true };
  const shown = isOpen ? [...items.slice(0, -1), last.childForFieldName("left") ?? last] : items;
  const read = shown.flatMap((item) =>
    typeOf(item) === "keywords"
      ? readPairs(item, scope, depth).map(pairTuple)
      : [readValue(item, scope, depth)],
  );
  return { type: "list", items: read, open: isOpen };
}

function pairTuple({ key, value }: Pair): Value {
  return { type: "tuple", items: [key, value] };
}

function readPairs(keywords: Node, scope: Scope, depth: number): Pair[] {
  return codeChildren(keywords).map((pair) => ({
    key: { type: "literal", text: `:${keyText(pair)}` },
    value: readValue(pair.childForFieldName("value"), scope, depth),
  }));
}

function keyText(pair: Node): string {
  return (pair.childForFieldName("key")?.text ?? "").trimEnd().slice(0, -1);
}

function readMap(node: Node, scope: Scope, depth: number): Value {
  const children = codeChildren(node);
  const struct = children.find((child) => typeOf(child) === "struct");
  const content = children.find((child) => typeOf(child) === "map_content");
  const pairs = content ? codeChildren(content).flatMap((part) => mapPairs(part, scope, depth)) : [];
  return { type: "map", struct: struct && structName(struct, scope), pairs };
}

function structName(struct: Node, scope: Scope): string {
  return moduleName(codeChildren(struct)[0], scope) ?? "_";
}

/** Of `%{old | …}` the changes: the rest is not known. */
function mapPairs(part: Node, scope: Scope, depth: number): Pair[] {
  if (typeOf(part) === "keywords") return readPairs(part, scope, depth);
  if (typeOf(part) !== "binary_operator") return [];
  const [left, right] = [part.childForFieldName("left"), part.childForFieldName("right")];
  if (operatorOf(part) === "|") return right ? mapPairs(right, scope, depth) : [];
  return [{ key: readValue(left, scope, depth), value: readValue(right, scope, depth) }];
}

/** A single expression in parentheses, or what a block ends in. */
function readBlock(node: Node, scope: Scope, depth: number): Value {
  return readValue(codeChildren(node).at(-1), scope, depth);
}

/** `options[:name]` */
function readAccess(node: Node, scope: Scope, depth: number): Value {
  const parts = [node.childForFieldName("target"), node.childForFieldName("key")];
  const target: CallTarget = { module: "Access", name: "get", arity: 2 };
  return {
    type: "call",
    target,
    args: parts.map((part) => readValue(part, scope, depth)),
    text: brief(node.text),
  };
}

function readPrefix(node: Node, scope: Scope, depth: number): Value | undefined {
  const operand = operandOf(node);
  const operator = operatorOf(node);
  if (operand === undefined) return undefined;
  if (operator === "@" && typeOf(operand) === "identifier") return { type: "attribute", name: operand.text };
  if (operator === "-" && /^[\d.]/.test(operand.text)) return { type: "literal", text: `-${operand.text}` };
  if (operator === "not" || operator === "!") return readNegation(node, operand, scope, depth);
  if (operator !== "&") return undefined;
  const target = capturedTarget(operand, scope);
  if (target !== undefined) return { type: "capture", target };
  const called = typeOf(operand) === "call" ? readCall(operand, undefined, scope, depth) : undefined;
  return called?.type === "call"
    ? { type: "capture", target: called.target }
    : { type: "closure", clauses: [] };
}

function readNegation(node: Node, operand: Node, scope: Scope, depth: number): Value {
  const target: CallTarget = { module: undefined, name: "not", arity: 1 };
  return { type: "call", target, args: [readValue(operand, scope, depth)], text: brief(node.text) };
}

function readClosure(node: Node, scope: Scope, depth: number): Value {
  const clauses = codeChildren(node).flatMap((clause) => firstParameter(clause) ?? []);
  return { type: "closure", clauses: readItems(clauses, scope, depth) };
}

/** The first parameter of a clause `… ->`, without its guard. */
export function firstParameter(clause: Node): Node | undefined {
  const left = clause.childForFieldName("left");
  const isGuarded = left !== null && typeOf(left) === "binary_operator" && operatorOf(left) === "when";
  const parameters = isGuarded ? left.childForFieldName("left") : left;
  if (!parameters) return undefined;
  return typeOf(parameters) === "arguments" ? codeChildren(parameters)[0] : parameters;
}

/** The guard of a clause `… when … ->`. */
export function guardOf(clause: Node): Node | undefined {
  const left = clause.childForFieldName("left");
  return left && typeOf(left) === "binary_operator" && operatorOf(left) === "when"
    ? (left.childForFieldName("right") ?? undefined)
    : undefined;
}

function readOperator(node: Node, scope: Scope, depth: number): Value | undefined {
  const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
  const operator = operatorOf(node) ?? "";
  if (!left || !right) return undefined;
  if (operator === "|>") return readPipe(left, right, scope, depth);
  if (operator === "=") return readMatch(left, right, scope, depth);
  if (operator === "\\\\") return readValue(left, scope, depth);
  if (operator === "<>")
    return { type: "text", parts: [...joined(left, scope, depth), ...joined(right, scope, depth)] };
  if (operator === "//" || operator === "..") return undefined;
  const args = [readValue(left, scope, depth), readValue(right, scope, depth)];
  return {
    type: "call",
    target: { module: undefined, name: operator, arity: 2 },
    args,
    text: brief(node.text),
  };
}

function joined(node: Node, scope: Scope, depth: number): readonly (string | Value)[] {
  const value = readValue(node, scope, depth);
  return value.type === "text" ? value.parts : [value];
}

/** `pattern = variable` either way round: the side that says more. */
function readMatch(left: Node, right: Node, scope: Scope, depth: number): Value {
  const value = readValue(right, scope, depth);
  return value.type === "variable" ? readValue(left, scope, depth) : value;
}

function readPipe(left: Node, right: Node, scope: Scope, depth: number): Value | undefined {
  if (typeOf(right) === "call") return readCall(right, left, scope, depth);
  if (typeOf(right) !== "identifier") return undefined;
  const target: CallTarget = { module: undefined, name: right.text, arity: 1 };
  return { type: "call", target, args: [readValue(left, scope, depth)], text: right.text };
}

/** A call with its arguments, a piped one first. */
export function readCall(call: Node, piped: Node | undefined, scope: Scope, depth = 0): Value | undefined {
  const name = localCallName(call);
  if (name !== undefined && BRANCHING.has(name)) return readBranches(call, scope, depth);
  const target = targetsOf(call, scope, piped)[0];
  if (target === undefined) return undefined;
  return { type: "call", target, args: readArguments(call, piped, scope, depth), text: brief(call.text) };
}

export function readArguments(call: Node, piped: Node | undefined, scope: Scope, depth = 0): Value[] {
  return readItems([...(piped === undefined ? [] : [piped]), ...callArguments(call)], scope, depth);
}

function readBranches(call: Node, scope: Scope, depth: number): Value {
  const inline = [...keywordPairs(callArguments(call).at(-1))].filter(
    ([key]) => key === "do" || key === "else",
  );
  const values = inline.map(([, value]) => readValue(value, scope, depth));
  const block = doBlock(call);
  if (block === undefined) return { type: "branches", values };
  // The left sides of `cond` are no patterns.
  const hides = localCallName(call) !== "cond";
  return { type: "branches", values: blockEnds(block, scope, depth, hides) };
}

function blockEnds(block: Node, scope: Scope, depth: number, hides: boolean): Value[] {
  const children = codeChildren(block);
  const others = children.filter((child) => typeOf(child) === "else_block");
  const clauses = children.filter((child) => typeOf(child) === "stab_clause");
  const statements = children.filter(
    (child) => !typeOf(child).endsWith("_block") && typeOf(child) !== "stab_clause",
  );
  const ends = [statements.at(-1), ...others.map((other) => codeChildren(other).at(-1))];
  return [
    ...clauses.flatMap((clause) => clauseEnd(clause, scope, depth, hides)),
    ...ends.flatMap((end) => (end === undefined ? [] : [readValue(end, scope, depth)])),
  ];
}

function clauseEnd(clause: Node, scope: Scope, depth: number, hides: boolean): Value[] {
  const end = clause.childForFieldName("right");
  if (end === null) return [];
  return [withoutNames(readValue(end, scope, depth), new Set(hides ? clauseNames(clause) : []))];
}
