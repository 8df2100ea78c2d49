import type { Node } from "./node.ts";

export function typeOf(node: Node): string {
  return node.type;
}

/** The children that are code: comments are named nodes in the grammar and can stand anywhere. */
export function codeChildren(node: Node): readonly Node[] {
  return node.codeChildren;
}

/** What a call is made of. */
export interface CallParts {
  readonly name: string | undefined;
  readonly list: Node | undefined;
  readonly block: Node | undefined;
  args: readonly Node[] | undefined;
}

/** The walk asks the same of a call several times. */
function callParts(call: Node): CallParts {
  return (call.parts ??= readParts(call));
}

function readParts(call: Node): CallParts {
  const children = call.namedChildren;
  const [target] = children;
  let list: Node | undefined;
  let block: Node | undefined;
  for (let at = 1; at < children.length; at += 1) {
    const child = children[at];
    const type = child && typeOf(child);
    if (type === "arguments") list = child;
    else if (type === "do_block") block = child;
  }
  const name = target && typeOf(target) === "identifier" ? target.text : undefined;
  return { name, list, block, args: undefined };
}

/** `foo` for `foo(…)`, `foo …` and `foo do … end`; undefined for remote and anonymous calls and everything else. */
export function localCallName(node: Node): string | undefined {
  return typeOf(node) === "call" ? callParts(node).name : undefined;
}

/** The `arguments` node of a call, if it has one. */
export function argumentsNode(call: Node): Node | undefined {
  return callParts(call).list;
}

export function callArguments(call: Node): readonly Node[] {
  const parts = callParts(call);
  return (parts.args ??= parts.list === undefined ? [] : codeChildren(parts.list));
}

export function doBlock(call: Node): Node | undefined {
  return callParts(call).block;
}

export function operatorOf(node: Node): string | undefined {
  return node.childForFieldName("operator")?.text;
}

/** What a unary operator stands before; in `&(x)`, whose field names the parenthesis, too. */
export function operandOf(node: Node): Node | undefined {
  return codeChildren(node)[0];
}

export function isBinary(node: Node, operator: string): boolean {
  return node.type === "binary_operator" && operatorOf(node) === operator;
}

/** `&name/1`, `&(…)`; not so `&1`, which is whatever the function around it is called with. */
export function isCapture(node: Node): boolean {
  if (typeOf(node) !== "unary_operator" || operatorOf(node) !== "&") return false;
  const operand = operandOf(node);
  return operand !== undefined && typeOf(operand) !== "integer";
}

/** The pairs of a keyword list, in brackets or without, by key: `as: X, warn: false`. */
export function keywordPairs(node: Node | undefined): Map<string, Node> {
  const pairs = new Map<string, Node>();
  const list = node?.type === "list" ? codeChildren(node)[0] : node;
  if (list?.type !== "keywords") return pairs;
  for (const pair of codeChildren(list)) {
    const key = pair.childForFieldName("key");
    const value = pair.childForFieldName("value");
    if (key && value) pairs.set(key.text.trimEnd().slice(0, -1), value);
  }
  return pairs;
}

/** `name` of `:name` or `:"name"`; undefined for other nodes and interpolated atoms. */
export function atomName(node: Node | undefined): string | undefined {
  if (node?.type === "atom") return node.text.slice(1);
  if (node?.type === "boolean" || node?.type === "nil") return node.text;
  return node?.type === "quoted_atom" ? plainContent(node) : undefined;
}

/** What stands between the quotes; undefined where something is put in or escaped. */
function plainContent(quoted: Node): string | undefined {
  const parts = codeChildren(quoted);
  return parts.every((part) => part.type === "quoted_content")
    ? parts.map((part) => part.text).join("")
    : undefined;
}

/** The name behind the dot of a remote call, also in quotes (`Module."my-name"(x)`); undefined for `fun.(x)` and what is computed. */
export function remoteName(dot: Node | null | undefined): string | undefined {
  const right = dot?.childForFieldName("right") ?? undefined;
  if (right === undefined) return undefined;
  const type = typeOf(right);
  if (type === "identifier" || type === "operator_identifier") return right.text;
  return type === "string" || type === "charlist" ? plainContent(right) : undefined;
}

/** What `@name value` is: the name, and its value's node where there is one. Undefined for other nodes. */
export function attribute(node: Node): { name: string; value: Node | undefined } | undefined {
  if (node.type !== "unary_operator" || operatorOf(node) !== "@") return undefined;
  const operand = node.childForFieldName("operand");
  if (operand === null) return undefined;
  if (operand.type === "identifier") return { name: operand.text, value: undefined };
  const name = localCallName(operand);
  return name === undefined ? undefined : { name, value: callArguments(operand)[0] };
}

const BLOCK_KEYS: ReadonlySet<string> = new Set(["do", "else", "rescue", "catch", "after"]);

/** Whether a keyword may stand for a section of a block: `if(x, do: 1, else: 2)`. */
export function isBlockKey(key: string): boolean {
  return BLOCK_KEYS.has(key);
}

/** The length of a list; undefined where it has a tail. */
export function lengthOf(list: Node): number | undefined {
  const items = codeChildren(list);
  if (items.some((item) => isBinary(item, "|"))) return undefined;
  return items.flatMap((item) => (typeOf(item) === "keywords" ? codeChildren(item) : [item])).length;
}
