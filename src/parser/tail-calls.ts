import type { Node } from "web-tree-sitter";
import { moduleName, withAliases, type Scope } from "./names.ts";
import {
  argumentsNode,
  atomName,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  operandOf,
  operatorOf,
  typeOf,
} from "./syntax.ts";

/** A call in tail position. */
export interface TailCall {
  /** Undefined for a local or imported function. */
  readonly module: string | undefined;
  readonly name: string;
  readonly arity: number;
  /** Without parentheses and arguments: a function of its own module, or only a variable. */
  readonly bare?: true;
  /** What the functions end in that it is given: `fn -> … end`, `&loop/1`. */
  readonly passes?: readonly TailCall[];
}

/** What a clause can end in. */
export interface Tails {
  readonly calls: readonly TailCall[];
  /** One of the calls goes to a target that only run time knows: `fun.()`, `mod.run(x)`, `apply(m, f, a)`. */
  readonly dynamic: boolean;
}

interface Found {
  /** The definition has an `alias` somewhere: only then are statements looked at for one. */
  readonly aliases: boolean;
  readonly calls: TailCall[];
  dynamic: boolean;
  /** By the id of each node in tail position, where the caller wants to know. */
  readonly ends?: Map<number, Tails> | undefined;
}

/** Forms whose value is never a tail call's. */
const CLOSED: ReadonlySet<string> = new Set("for quote raise reraise throw exit super".split(" "));

/** Forms that are no calls themselves, but end in what stands in their blocks. */
const BRANCHING: ReadonlySet<string> = new Set("if unless case cond with receive try".split(" "));

/** The same as without their module. */
const REMOTE_FORMS: ReadonlySet<string> = new Set(["Kernel.apply", ":erlang.apply", "Kernel.then"]);

const BLOCK_KEYS: ReadonlySet<string> = new Set(["do", "else", "rescue", "catch", "after"]);

const SECTIONS: ReadonlySet<string> = new Set(["rescue_block", "catch_block", "else_block", "after_block"]);

/**
 * Reads the tail calls of a definition, `call` being its `def …` and `text` how it is written. Unknown macros count as if
 * they kept their blocks.
 */
export function readTails(call: Node, text: string, scope: Scope): Tails {
  const found: Found = { aliases: /\b(?:alias|require)\b/.test(text), calls: [], dynamic: false };
  readBlocks(call, scope, found);
  return { calls: found.calls, dynamic: found.dynamic };
}

/**
 * What each node in tail position ends in, by the node's id: of a definition, or of a function that is written out or
 * captured (`fn`, `&`).
 */
export function readEnds(node: Node, scope: Scope, ends: Map<number, Tails>): void {
  const found: Found = { aliases: true, calls: [], dynamic: false, ends };
  if (typeOf(node) === "call") readBlocks(node, scope, found);
  else closureTails(node, scope, ends);
}

/** The `do … end` block, or the keywords in its place, of a definition or a call. */
function readBlocks(call: Node, scope: Scope, found: Found): void {
  const block = doBlock(call);
  if (block !== undefined) return readProtected(block, scope, found);
  for (const [key, value] of keywordPairs(callArguments(call).at(-1)))
    if (BLOCK_KEYS.has(key)) readTail(value, scope, found);
}

/** A body under `rescue`, `catch` or `after` is no tail; nor is a handler under `after`. */
function readProtected(block: Node, scope: Scope, found: Found): void {
  const children = codeChildren(block);
  const sections: Node[] = [];
  for (let child = children.at(-1); child && SECTIONS.has(typeOf(child)); child = children.at(-1)) {
    sections.unshift(child);
    children.pop();
  }
  const isTry = sections.some(
    (section) => typeOf(section) === "rescue_block" || typeOf(section) === "catch_block",
  );
  const cleansUp = sections.some(
    (section) => typeOf(section) === "after_block" && !isReceiveTimeout(section),
  );
  if (cleansUp) return;
  if (!isTry) readStatements(children, scope, found);
  for (const section of sections) readStatements(codeChildren(section), scope, found);
}

function isReceiveTimeout(after: Node): boolean {
  return codeChildren(after)[0]?.type === "stab_clause";
}

/** The last statement of a block, or every clause of one that has clauses. */
function readStatements(statements: readonly Node[], outer: Scope, found: Found): void {
  const last = statements.at(-1);
  if (last === undefined) return;
  if (typeOf(last) === "stab_clause") for (const clause of statements) readTail(clause, outer, found);
  else readTail(last, found.aliases ? aliased(statements, outer) : outer, found);
}

function aliased(statements: readonly Node[], scope: Scope): Scope {
  return statements.reduce((inner, statement) => withAliases(statement, inner), scope);
}

function readTail(node: Node, scope: Scope, found: Found): void {
  const { length } = found.calls;
  const { dynamic } = found;
  if (found.ends !== undefined) found.dynamic = false;
  readForm(node, scope, found);
  found.ends?.set(node.id, { calls: found.calls.slice(length), dynamic: found.dynamic });
  found.dynamic ||= dynamic;
}

function readForm(node: Node, scope: Scope, found: Found): void {
  switch (typeOf(node)) {
    case "call":
      return readCall(node, 0, scope, found);
    case "binary_operator":
      return readOperator(node, scope, found);
    case "stab_clause":
      return readField(node, "right", scope, found);
    case "block":
    case "body":
      return readStatements(codeChildren(node), scope, found);
    case "unary_operator":
      found.calls.push({ module: undefined, name: operatorOf(node) ?? "", arity: 1 });
      return undefined;
    case "identifier":
      found.calls.push({ module: undefined, name: node.text, arity: 0, bare: true });
      return undefined;
    default:
      return undefined;
  }
}

function readField(node: Node, field: string, scope: Scope, found: Found): void {
  const child = node.childForFieldName(field);
  if (child) readTail(child, scope, found);
}

function readOperator(node: Node, scope: Scope, found: Found): void {
  const operator = operatorOf(node) ?? "";
  const right = node.childForFieldName("right");
  if (operator === "|>" && right?.type === "call") return readCall(right, 1, scope, found);
  if (operator === "|>" && right?.type === "identifier")
    found.calls.push({ module: undefined, name: right.text, arity: 1 });
  found.calls.push({ module: undefined, name: operator, arity: 2 });
  if (["&&", "||", "and", "or", "="].includes(operator)) readField(node, "right", scope, found);
}

/** `piped` is 1 where a pipe hands over the first argument. */
function readCall(call: Node, piped: number, scope: Scope, found: Found): void {
  const name = localCallName(call);
  const target = call.childForFieldName("target");
  if (name !== undefined) return readLocal(call, name, piped, scope, found);
  if (target?.type !== "dot") found.dynamic = true;
  else readRemote(call, target, piped, scope, found);
}

function readLocal(call: Node, name: string, piped: number, scope: Scope, found: Found): void {
  if (CLOSED.has(name)) return;
  if (name === "unquote" || name === "then") found.dynamic = true;
  else if (name === "apply") readApply(call, scope, found);
  else if (!BRANCHING.has(name)) addCall(call, { module: undefined, name }, piped, scope, found);
  readBlocks(call, scope, found);
}

function readRemote(call: Node, target: Node, piped: number, scope: Scope, found: Found): void {
  const owner = target.childForFieldName("left");
  const name = target.childForFieldName("right")?.text;
  const module = moduleName(owner, scope);
  if (name === undefined || module === undefined) {
    // Without arguments and parentheses it is a field: `socket.assigns`.
    if (name === undefined || piped === 1 || argumentsNode(call) !== undefined) found.dynamic = true;
    return;
  }
  if (module === "Escope" && (name === "call" || name === "expr"))
    return readProbed(call, piped, scope, found);
  if (REMOTE_FORMS.has(`${module}.${name}`)) return readLocal(call, name, piped, scope, found);
  addCall(call, { module, name }, piped, scope, found);
  readBlocks(call, scope, found);
}

/** `Escope.call(1, (f(x)))` ends in what its code ends in. */
function readProbed(call: Node, piped: number, scope: Scope, found: Found): void {
  const block = callArguments(call).at(-1);
  const code = block && typeOf(block) === "block" ? codeChildren(block)[0] : undefined;
  if (code !== undefined && typeOf(code) === "call") readCall(code, piped, scope, found);
  else if (code !== undefined) readTail(code, scope, found);
}

function addCall(
  call: Node,
  target: Pick<TailCall, "module" | "name">,
  piped: number,
  scope: Scope,
  found: Found,
): void {
  const passes = callArguments(call).flatMap((argument) => closureTails(argument, scope, found.ends));
  const arity = callArguments(call).length + piped + (doBlock(call) === undefined ? 0 : 1);
  found.calls.push({ ...target, arity, ...(passes.length === 0 ? {} : { passes }) });
}

/** What a function that is written out, or captured, as an argument ends in. */
function closureTails(argument: Node, scope: Scope, ends?: Map<number, Tails>): readonly TailCall[] {
  const found: Found = { aliases: false, calls: [], dynamic: false, ends };
  if (typeOf(argument) === "anonymous_function") readStatements(codeChildren(argument), scope, found);
  else if (typeOf(argument) === "unary_operator" && operatorOf(argument) === "&")
    readCapture(argument, scope, found);
  return found.calls;
}

/** `&name/arity`, `&Module.name/arity`, `&name(&1, …)`. */
function readCapture(capture: Node, scope: Scope, found: Found): void {
  const operand = operandOf(capture);
  if (operand === undefined) return;
  const left = isBinary(operand, "/") ? operand.childForFieldName("left") : null;
  const arity = Number(operand.childForFieldName("right")?.text);
  if (left === null || Number.isNaN(arity)) return readTail(operand, scope, found);
  const named: Found = { aliases: false, calls: [], dynamic: false };
  readTail(left, scope, named);
  found.calls.push(...named.calls.map(({ module, name }) => ({ module, name, arity })));
}

function readApply(call: Node, scope: Scope, found: Found): void {
  const [owner, name, args] = callArguments(call);
  const module = moduleName(owner, scope);
  const called = atomName(name);
  if (module === undefined || called === undefined || args?.type !== "list") found.dynamic = true;
  else found.calls.push({ module, name: called, arity: codeChildren(args).length });
}
