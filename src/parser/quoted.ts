import type { Node } from "web-tree-sitter";
import type { Argument, Expansion, OpenEnd, QuotedCall, QuotedInfo, UseInfo } from "./facts.ts";
import { readDefinition } from "./head.ts";
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
  keywordPairs,
  localCallName,
  operatorOf,
  typeOf,
} from "./syntax.ts";

/** What decides between branches: the first parameter, or an option of it. */
interface Choice {
  readonly option: QuotedInfo["option"];
}

/** Where the walk is: its scope, and whether what it sees is quoted. */
interface Place {
  readonly scope: Scope;
  readonly inQuote: boolean;
  /** The definition's first parameter, where that is a variable. */
  readonly parameter: string | undefined;
  /** The module whose macro this is: in quoted code `__MODULE__` is another one. */
  readonly owner: string | undefined;
  /** Variables that hold an option of the first parameter. */
  readonly options: Map<string, Choice>;
  /** The nodes here are statements. To ask a node for its parent is dear. */
  readonly statements: boolean;
  /** Counts down from an `unquote` that is a statement: at 0 stands what it is given. */
  readonly splice: number;
}

const NO_SPLICE = -1;

/** What holds neither code nor quoted code that matters here. */
const LEAVES: ReadonlySet<string> = new Set(
  "identifier alias atom integer float char boolean nil keyword comment string charlist sigil quoted_content".split(
    " ",
  ),
);

interface Found {
  readonly uses: UseInfo[];
  readonly behaviours: string[];
  readonly brought: Brought[];
  readonly calls: QuotedCall[];
  readonly expansions: Expansion[];
  readonly beforeCompile: string[];
  readonly openEnds: OpenEnd[];
  readonly defines: string[];
  /** The branches of a `case` on the first parameter, by the atom that each wants. */
  readonly branches: { readonly atom: string; readonly choice: Choice; readonly found: Found }[];
}

/** Forms that are never somebody's own macro. */
const NO_MACROS: ReadonlySet<string> = new Set(
  "def defp defmacro defmacrop defstruct defexception defdelegate defoverridable if unless case cond for raise".split(
    " ",
  ),
);

/** What a keyword's value is outside of quoted code. */
const STATEMENTS: ReadonlySet<string> = new Set(["do_block", "block", "body", "pair"]);

/**
 * Reads what the quoted code in one clause brings into a module that `use`s it: one part for what always holds, and one
 * for each branch of a `case` on the first parameter, or on an option of it. Parts that bring nothing are left out.
 */
export function readQuoted(definition: Node, name: string, outer: Scope): QuotedInfo[] {
  const first = firstParameter(definition);
  const variable = first?.type === "tuple" ? codeChildren(first)[0] : first;
  const parameter = variable?.type === "identifier" ? variable.text : undefined;
  const block = doBlock(definition);
  const body = [...callArguments(definition).slice(1), ...(block === undefined ? [] : [block])];
  const place = {
    scope: outer,
    inQuote: false,
    parameter,
    owner: outer.module,
    options: new Map(),
    statements: true,
    splice: NO_SPLICE,
  };
  const found = readPart(body, place);
  const itself: Choice = { option: undefined };
  const line = definition.startPosition.row + 1;
  return [{ atom: leadingAtom(first), choice: itself, found }, ...found.branches].flatMap((part) => {
    const { branches: _branches, ...rest } = part.found;
    const isEmpty = Object.values(rest).every((list) => list.length === 0);
    return isEmpty ? [] : [{ name, line, firstAtom: part.atom, option: part.choice.option, ...rest }];
  });
}

/** `use …` as a fact; several for `use A.{B, C}`. */
export function readUse(call: Node, scope: Scope): UseInfo[] {
  const [target, options] = callArguments(call);
  const argument = readArgument(options);
  const line = call.startPosition.row + 1;
  return namedModules(target, scope).map((name) => ({ target: name, argument, line }));
}

export function readArgument(node: Node | undefined): Argument {
  const options: Record<string, string | null> = {};
  for (const [key, value] of keywordPairs(node)) options[key] = atomName(value) ?? null;
  return { atom: leadingAtom(node), options };
}

/** A call that may be of a macro, without a block of its own. */
export function readExpansion(node: Node, scope: Scope): Expansion[] {
  if (typeOf(node) !== "call" || NO_MACROS.has(localCallName(node) ?? "")) return [];
  const target = calledFunction(node, { ...scope, module: undefined });
  const local = localCallName(node);
  if (doBlock(node) !== undefined || (target === undefined && local === undefined)) return [];
  const args = callArguments(node);
  const line = node.startPosition.row + 1;
  const name = target?.name ?? local ?? "";
  return [{ module: target?.module, name, arity: args.length, argument: readArgument(args[0]), line }];
}

/** `@before_compile Module` and `@before_compile {Module, :name}`; of these only the usual name is followed. */
export function readBeforeCompile(value: Node, scope: Scope): string[] {
  const name = moduleName(value, scope);
  return name === undefined ? [] : [name];
}

function readPart(nodes: readonly Node[], place: Place): Found {
  const lists = { uses: [], behaviours: [], brought: [], calls: [], expansions: [], beforeCompile: [] };
  const found: Found = { ...lists, openEnds: [], defines: [], branches: [] };
  visit(nodes, place, found);
  return found;
}

function visit(nodes: readonly Node[], outer: Place, found: Found): void {
  let place = outer;
  for (const node of nodes) {
    if (LEAVES.has(typeOf(node))) continue;
    if (place.inQuote) readStatement(node, place, found);
    else readCall(node, place, found);
    const scope = withAliases(node, place.scope);
    if (scope !== place.scope) place = inScope(place, scope);
    const inside = insideOf(node, place);
    const choice = typeOf(node) === "stab_clause" ? choiceOf(node, place) : undefined;
    if (choice === undefined) visit(node.namedChildren, inside, found);
    else readBranch(node, choice, inside, found);
  }
}

function inScope(place: Place, scope: Scope): Place {
  return { ...place, scope };
}

function insideOf(node: Node, place: Place): Place {
  const name = localCallName(node);
  const isUnquote = name === "unquote" || name === "unquote_splicing";
  const inQuote = name === "quote" || (place.inQuote && !isUnquote);
  const statements = STATEMENTS.has(typeOf(node));
  // Between `unquote` and what it is given stand its arguments.
  const splice = isUnquote && place.inQuote && place.statements ? 1 : Math.max(NO_SPLICE, place.splice - 1);
  const isSame = inQuote === place.inQuote && statements === place.statements && splice === place.splice;
  return isSame ? place : { ...place, inQuote, statements, splice };
}

/** A clause `:atom -> …` of a `case` on the parameter, or on an option of it. */
function choiceOf(clause: Node, place: Place): Choice | undefined {
  if (place.inQuote || place.parameter === undefined || branchAtom(clause) === undefined) return undefined;
  const owner = clause.parent?.parent ?? undefined;
  const subject = owner && localCallName(owner) === "case" ? callArguments(owner)[0] : undefined;
  if (subject === undefined) return undefined;
  return subject.text === place.parameter
    ? { option: undefined }
    : (place.options.get(subject.text) ?? optionOf(subject, place));
}

/** `opts[:name]`, `Keyword.get(opts, :name, :fallback)`. */
function optionOf(node: Node, { parameter }: Place): Choice | undefined {
  const isAccess = typeOf(node) === "access_call";
  const isGet =
    typeOf(node) === "call" &&
    /^Keyword\.(?:get|fetch!|pop|pop!)$/.test(node.childForFieldName("target")?.text ?? "");
  if (!isAccess && !isGet) return undefined;
  const [owner, key, fallback] = isAccess
    ? [node.childForFieldName("target"), node.childForFieldName("key")]
    : callArguments(node);
  const name = atomName(key ?? undefined);
  if (owner?.text !== parameter || name === undefined) return undefined;
  return { option: { name, fallback: atomName(fallback ?? undefined) } };
}

function branchAtom(clause: Node): string | undefined {
  const left = clause.childForFieldName("left");
  const patterns = left ? codeChildren(left) : [];
  return patterns.length === 1 ? leadingAtom(patterns[0]) : undefined;
}

function readBranch(clause: Node, choice: Choice, place: Place, found: Found): void {
  const atom = branchAtom(clause) ?? "";
  const right = clause.childForFieldName("right");
  const branch = readPart(right ? [right] : [], place);
  found.branches.push({ atom, choice, found: branch }, ...branch.branches);
}

function readStatement(node: Node, place: Place, found: Found): void {
  const { scope } = place;
  const name = localCallName(node);
  if (name === "use") readQuotedUse(node, place, found);
  else if (name === "def") found.defines.push(...definedKeys(node));
  else if (name === "import" || name === "require") found.brought.push(...readBrought(node, name, scope));
  else if (place.statements && typeOf(node) === "call" && name !== "unquote")
    found.expansions.push(...readExpansion(node, scope));
  const attr = attribute(node);
  if (attr?.value === undefined) return;
  const named = quotedName(attr.value, place);
  if (attr.name === "behaviour" && named !== undefined) found.behaviours.push(named);
  else if (attr.name === "behaviour") addOpenEnd(node, found);
  else if (attr.name === "before_compile" && named !== undefined) found.beforeCompile.push(named);
}

function readQuotedUse(node: Node, place: Place, found: Found): void {
  const [target, options] = callArguments(node);
  const spliced = target && unquoted(target) !== undefined ? quotedName(target, place) : undefined;
  if (spliced !== undefined)
    found.uses.push({ target: spliced, argument: readArgument(options), line: node.startPosition.row + 1 });
  else if (target && unquoted(target) !== undefined) addOpenEnd(node, found);
  else found.uses.push(...readUse(node, place.scope));
}

function definedKeys(node: Node): string[] {
  const read = readDefinition(node);
  if (read?.arity === undefined || read.computed) return [];
  const { name, arity, defaults } = read;
  return Array.from({ length: defaults + 1 }, (_, omitted) => `${name}/${arity - omitted}`);
}

function addOpenEnd(node: Node, found: Found): void {
  found.openEnds.push({
    line: node.startPosition.row + 1,
    what: node.text.replaceAll(/\s+/g, " ").slice(0, 60),
  });
}

/** What `unquote(…)` is given. */
function unquoted(node: Node): Node | undefined {
  return localCallName(node) === "unquote" ? callArguments(node)[0] : undefined;
}

/** A module's name in quoted code, where `unquote(__MODULE__)` is the macro's own module. */
function quotedName(node: Node, { scope, owner }: Place): string | undefined {
  const inner = unquoted(node);
  return inner === undefined ? moduleName(node, scope) : moduleName(inner, { ...scope, module: owner });
}

function readCall(node: Node, place: Place, found: Found): void {
  const { scope, parameter } = place;
  if (parameter !== undefined && typeOf(node) === "binary_operator") rememberOption(node, place);
  const target = calledFunction(node, scope);
  if (target === undefined) return;
  const args = callArguments(node);
  const line = node.startPosition.row + 1;
  if (target.name === "apply" && target.module === scope.module) return readApply(args, scope, line, found);
  const passesOn = parameter !== undefined && args[0]?.text === parameter;
  found.calls.push({
    ...target,
    argument: readArgument(args[0]),
    passesOn,
    spliced: place.splice === 0,
    line,
  });
}

/** `kind = opts[:kind]`, `kind = Keyword.get(opts, :kind, :worker)`. */
function rememberOption(node: Node, place: Place): void {
  if (operatorOf(node) !== "=") return;
  const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
  const choice = right ? optionOf(right, place) : undefined;
  if (choice !== undefined && left?.type === "identifier") place.options.set(left.text, choice);
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
function readApply([owner, name]: readonly Node[], scope: Scope, line: number, found: Found): void {
  const module = moduleName(owner, scope);
  const argument: Argument = { atom: undefined, options: {} };
  if (module !== undefined)
    found.calls.push({ module, name: atomName(name), argument, passesOn: false, spliced: false, line });
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
