import type { Node } from "./node.ts";
import { moduleName, withAliases, type Scope } from "./names.ts";
import {
  argumentsNode,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  isBlockKey,
  isCapture,
  keywordPairs,
  localCallName,
  operandOf,
  operatorOf,
  remoteName,
  typeOf,
} from "./syntax.ts";
import { mayBeMacro, readArguments } from "./argument-tails.ts";
import { givenBack, handedOn } from "./given-back.ts";
import { calledArguments } from "./higher-order.ts";
import { appliedCall, capturedCall, listLength, sentCall } from "./sent-calls.ts";
import { arityOf } from "./sites/target.ts";
import { since, type OpenCall, type TailCall, type Tails } from "./tails.ts";
import { tagOf } from "./tags.ts";
import { BRANCHING, CATCHING, CLOSED, REMOTE_FORMS, SECTIONS, VALUES } from "./tail-forms.ts";

interface Found {
  /** The definition has an `alias` somewhere: only then are statements looked at for one. */
  readonly aliases: boolean;
  readonly calls: TailCall[];
  readonly open: OpenCall[];
  /** Of a macro: what it quotes runs where it is called. */
  readonly quotes: boolean;
  /** Of a macro: what it ends in besides quoted code. */
  readonly unquoted?: Node[] | undefined;
  /** By the id of each node in tail position, where the caller wants to know. */
  readonly ends?: Map<number, Tails> | undefined;
  /** How many arguments it stands in. */
  readonly level: number;
}

/** Pipes of more steps, or calls nested more deeply: they may end in anything, were their functions macros. */
const LEVELS = 100;

const ANYTHING: Tails = { calls: [], open: [{ kind: "code" }] };

/**
 * Reads the tail calls of a definition, `call` being its `def …` and `text` how it is written. Unknown macros count as if
 * they kept their blocks.
 */
export function readTails(call: Node, text: string, scope: Scope): Tails {
  const found = nothing(namesModules(text));
  readBlocks(call, scope, found);
  return { calls: found.calls, open: found.open };
}

/** The same of a macro: what its code ends in, and the nodes that may be code and are not quoted. */
export function readMacroTails(
  call: Node,
  text: string,
  scope: Scope,
): { tails: Tails; unquoted: readonly Node[] } {
  const unquoted: Node[] = [];
  const found: Found = { ...nothing(namesModules(text)), quotes: true, unquoted };
  readBlocks(call, scope, found);
  return { tails: { calls: found.calls, open: found.open }, unquoted };
}

function namesModules(text: string): boolean {
  return /\b(?:alias|require)\b/.test(text);
}

/** What a function that is written out or captured ends in; undefined for any other node. */
export function readFunctionTails(node: Node, scope: Scope, ends?: Map<number, Tails>): Tails | undefined {
  const isFn = typeOf(node) === "anonymous_function";
  if (!isFn && !isCapture(node)) return undefined;
  const found = nothing(false, ends);
  if (isFn) readStatements(codeChildren(node), scope, found);
  else readCapture(node, scope, found);
  return { calls: found.calls, open: found.open };
}

function nothing(aliases: boolean, ends?: Map<number, Tails>, level = 0): Found {
  return { aliases, calls: [], open: [], ends, quotes: false, level };
}

/**
 * Notes what each node in tail position ends in, by the node's id, and gives what the whole does: of a definition, or of a function that is written out or
 * captured (`fn`, `&`).
 */
export function readEnds(node: Node, scope: Scope, ends: Map<number, Tails>): Tails | undefined {
  if (typeOf(node) !== "call") return readFunctionTails(node, scope, ends);
  const found = nothing(true, ends);
  readBlocks(node, scope, found);
  return { calls: found.calls, open: found.open };
}

/** The `do … end` block, or the keywords in its place, of a definition or a call. */
function readBlocks(call: Node, scope: Scope, found: Found): void {
  const block = doBlock(call);
  if (block !== undefined) return readProtected(block, scope, found);
  for (const [key, value] of keywordPairs(callArguments(call).at(-1)))
    if (isBlockKey(key)) readTail(value, scope, found);
}

/** A body under `rescue`, `catch` or `after` is no tail; nor is a handler under `after`. */
function readProtected(block: Node, scope: Scope, found: Found): void {
  const children = [...codeChildren(block)];
  const sections: Node[] = [];
  for (let child = children.at(-1); child && SECTIONS.has(typeOf(child)); child = children.at(-1)) {
    sections.unshift(child);
    children.pop();
  }
  const isTry = sections.some((section) => CATCHING.has(typeOf(section)));
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
  if (typeOf(last) === "stab_clause") {
    for (const clause of statements) readTail(clause, outer, found);
    return;
  }
  const inner = found.aliases ? aliased(statements, outer) : outer;
  readTail(last, inner, found);
  readGivenBack(statements, inner, found);
}

/** Each ends in what those before it do. */
function readGivenBack(statements: readonly Node[], scope: Scope, found: Found): void {
  const tailsOf = since(found);
  for (const statement of givenBack(statements).toReversed()) {
    readTail(statement, scope, found);
    found.ends?.set(statement.id, tailsOf());
  }
}

function aliased(statements: readonly Node[], scope: Scope): Scope {
  return statements.reduce((inner, statement) => withAliases(statement, inner), scope);
}

function readTail(node: Node, scope: Scope, found: Found): void {
  const tailsOf = since(found);
  if (found.unquoted !== undefined && isCode(node)) found.unquoted.push(node);
  readForm(node, scope, found);
  found.ends?.set(node.id, tailsOf());
}

/** Not so quoted code, and forms that are none themselves. */
function isCode(node: Node): boolean {
  const type = typeOf(node);
  if (type === "stab_clause" || type === "block" || type === "body") return false;
  const name = type === "call" ? localCallName(node) : undefined;
  return name === undefined || !(BRANCHING.has(name) || CLOSED.has(name));
}

function readForm(node: Node, scope: Scope, found: Found): void {
  switch (typeOf(node)) {
    case "call":
      return readCall(node, undefined, scope, found);
    case "binary_operator":
      return readOperator(node, scope, found);
    case "stab_clause":
      return readField(node, "right", scope, found);
    case "block":
    case "body":
      return readStatements(codeChildren(node), scope, found);
    case "unary_operator":
      // A capture is a function, whose body runs when it is called.
      if (operatorOf(node) !== "&") addOperator(operatorOf(node) ?? "", [operandOf(node)], scope, found);
      return undefined;
    case "identifier":
      found.calls.push({ module: undefined, name: node.text, arity: 0, bare: true });
      return undefined;
    case "sigil":
      return readSigil(node, found);
    default:
      return undefined;
  }
}

/** `~l(…)` is a call of `sigil_l/2`. */
function readSigil(sigil: Node, found: Found): void {
  const name = codeChildren(sigil)[0]?.text;
  if (name !== undefined) found.calls.push({ module: undefined, name: `sigil_${name}`, arity: 2 });
}

function readField(node: Node, field: string, scope: Scope, found: Found): void {
  const child = node.childForFieldName(field);
  if (child) readTail(child, scope, found);
}

function readOperator(node: Node, scope: Scope, found: Found): void {
  const operator = operatorOf(node) ?? "";
  const [left, right] = ["left", "right"].map((side) => node.childForFieldName(side) ?? undefined);
  if (operator === "|>" && right?.type === "call") return readCall(right, left, scope, found);
  if (operator === "|>" && right?.type === "identifier") addOperator(right.text, [left], scope, found);
  addOperator(operator, operator === "|>" ? [] : [left, right], scope, found, 2);
  if (["&&", "||", "and", "or", "="].includes(operator)) readField(node, "right", scope, found);
}

function addOperator(
  name: string,
  operands: readonly (Node | undefined)[],
  scope: Scope,
  found: Found,
  arity = operands.length,
): void {
  const target = { module: undefined, name };
  found.calls.push({ ...target, arity, ...ofArguments(target, operands, arity, scope, found) });
}

/** `piped`: what a pipe hands over as the first argument. */
function readCall(call: Node, piped: Node | undefined, scope: Scope, found: Found): void {
  const name = localCallName(call);
  const target = call.childForFieldName("target");
  if (name !== undefined) return readLocal(call, name, piped, scope, found);
  if (target?.type !== "dot") readComputed(call, piped, scope, found);
  else readRemote(call, target, piped, scope, found);
}

/** `unquote(name)(x)`, `Module.unquote(name)(x)`. */
function readComputed(call: Node, piped: Node | undefined, scope: Scope, found: Found): void {
  const dot = call.childForFieldName("target")?.childForFieldName("target");
  const isRemote = dot?.type === "dot";
  const owner = isRemote ? moduleName(dot.childForFieldName("left"), scope) : scope.module;
  const arity = arityOf(call, piped);
  found.open.push({ kind: "name", module: owner, name: undefined, arity, ...(!isRemote && { own: true }) });
}

function readLocal(call: Node, name: string, piped: Node | undefined, scope: Scope, found: Found): void {
  if (name === "quote" && found.quotes) return readBlocks(call, scope, { ...found, unquoted: undefined });
  if (CLOSED.has(name)) return undefined;
  if (name === "unquote" || name === "unquote_splicing") found.open.push(codeIn(call, piped));
  else if (name === "then" && arityOf(call, piped) === 2)
    readFunction(callArguments(call).at(-1), 1, scope, found);
  else if (name === "apply") readApply(call, piped, scope, found);
  else if (!BRANCHING.has(name)) addCall(call, { module: undefined, name }, piped, scope, found);
  const handed = handedOn(name, call, piped);
  if (handed) readTail(handed, scope, found);
  return readBlocks(call, scope, found);
}

function codeIn(call: Node, piped: Node | undefined): OpenCall {
  const [code] = callArguments(call);
  const known = code?.type === "identifier" ? { name: code.text } : {};
  return { kind: "code", ...known, ...(piped && { piped: true }) };
}

function readRemote(call: Node, target: Node, piped: Node | undefined, scope: Scope, found: Found): void {
  const owner = target.childForFieldName("left");
  const name = remoteName(target);
  if (target.childForFieldName("right") === null)
    return readFunction(owner ?? undefined, arityOf(call, piped), scope, found);
  const module = moduleName(owner, scope);
  if (module === undefined || name === undefined) {
    // Without arguments and parentheses it is a field: `socket.assigns`.
    if (piped !== undefined || argumentsNode(call) !== undefined)
      found.open.push(sentCall(owner, name, arityOf(call, piped), scope));
    return undefined;
  }
  if (module === "Escope" && (name === "call" || name === "expr"))
    return readProbed(call, piped, scope, found);
  if (REMOTE_FORMS.has(`${module}.${name}`)) return readLocal(call, name, piped, scope, found);
  addCall(call, { module, name }, piped, scope, found);
  return readBlocks(call, scope, found);
}

/** `Escope.call(1, (f(x)))` ends in what its code ends in. */
function readProbed(call: Node, piped: Node | undefined, scope: Scope, found: Found): void {
  const block = callArguments(call).at(-1);
  const code = block && typeOf(block) === "block" ? codeChildren(block)[0] : undefined;
  if (code !== undefined && typeOf(code) === "call") readCall(code, piped, scope, found);
  else if (code !== undefined) readTail(code, scope, found);
}

function addCall(
  call: Node,
  target: Pick<TailCall, "module" | "name">,
  piped: Node | undefined,
  scope: Scope,
  found: Found,
): void {
  const args = callArguments(call);
  const arity = arityOf(call, piped);
  const all = piped === undefined ? args : [piped, ...args];
  for (const { at, takes } of calledArguments(target, arity)) readFunction(all[at], takes, scope, found);
  const passes: TailCall[] = [];
  for (const argument of args) passes.push(...(readFunctionTails(argument, scope, found.ends)?.calls ?? []));
  const { module, name } = target;
  if (name === "to_string" && arity === 1) found.calls.push({ module: "String.Chars", name, arity });
  const tags = [...(piped === undefined ? [] : [""]), ...args.map(tagOf)];
  found.calls.push({
    module,
    name,
    arity,
    ...(passes.length === 0 ? {} : { passes }),
    ...ofArguments(target, all, arity, scope, found),
    ...(tags.some(Boolean) ? { tags } : {}),
  });
}

function ofArguments(
  target: Pick<TailCall, "module" | "name">,
  args: readonly (Node | undefined)[],
  arity: number,
  scope: Scope,
  { aliases, level }: Found,
): Pick<TailCall, "argumentTails"> {
  if (!mayBeMacro(target, arity)) return {};
  const argumentTails = readArguments(target, args, (nodes) => {
    if (level >= LEVELS) return nodes.length === 0 ? nothing(aliases) : ANYTHING;
    const found = nothing(aliases, undefined, level + 1);
    for (const node of nodes) readTail(node, scope, found);
    return { calls: found.calls, open: found.open };
  });
  return argumentTails.length === 0 ? {} : { argumentTails };
}

/** Ends in what `node` ends in, a function that is called with `arity` arguments. */
function readFunction(node: Node | undefined, arity: number | undefined, scope: Scope, found: Found): void {
  const inner = node && typeOf(node) === "block" ? codeChildren(node)[0] : node;
  const tails = inner && readFunctionTails(inner, scope, found.ends);
  if (tails === undefined && !(inner && VALUES.has(typeOf(inner))))
    found.open.push({ kind: "function", arity });
  found.calls.push(...(tails?.calls ?? []));
  found.open.push(...(tails?.open ?? []));
}

/** `&name/arity`, `&Module.name/arity`, `&name(&1, …)`. */
function readCapture(capture: Node, scope: Scope, found: Found): void {
  const operand = operandOf(capture);
  if (operand === undefined) return;
  const left = isBinary(operand, "/") ? operand.childForFieldName("left") : null;
  const arity = Number(operand.childForFieldName("right")?.text);
  if (left === null || Number.isNaN(arity)) return readTail(operand, scope, found);
  return addTold(capturedCall(operand, left, arity, scope), found);
}

/** `apply(module, name, args)`, `apply(fun, args)`. */
function readApply(call: Node, piped: Node | undefined, scope: Scope, found: Found): void {
  const written = callArguments(call);
  const [owner, name, args] = piped === undefined ? written : [undefined, ...written];
  const isOfFunction = arityOf(call, piped) === 2;
  if (isOfFunction) return readFunction(owner, listLength(written.at(-1)), scope, found);
  return addTold(appliedCall(owner, name, args, scope), found);
}

function addTold(told: ReturnType<typeof appliedCall>, found: Found): void {
  if ("call" in told) found.calls.push(told.call);
  else found.open.push(told.open);
}
