import type { Node } from "../node.ts";
import { brief, readValue, type Value } from "../about/value.ts";
import type { UseInfo } from "../facts.ts";
import { definedKeys } from "../defined-keys.ts";
import { readFilters } from "../imports.ts";
import { moduleName, namedModules, withAliases, type Scope } from "../names.ts";
import {
  attribute,
  callArguments,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  operatorOf,
  typeOf,
} from "../syntax.ts";
import { readBranching, type Branching } from "./branches.ts";
import { calledFunction, namedFunction, readApplied } from "./called.ts";
import { handsBlockOn } from "./hands-on.ts";
import { readLoop, type Loop } from "./loops.ts";
import { asWritten } from "./user.ts";
import { LEAVES, NO_MACROS, OTHER_MODULES, STATEMENTS } from "./words.ts";
import { parametersOf, readDefault, readParameters } from "./parameters.ts";
import {
  blockAt,
  USER,
  type Condition,
  type Expansion,
  type MadeInCode,
  type NamedInCode,
  type PatternBinding,
  type QuotedInfo,
  type QuotedPart,
} from "./facts.ts";

/** Where the walk is: its scope, and whether what it sees is quoted. */
interface Place {
  readonly scope: Scope;
  readonly inQuote: boolean;
  /** The module whose macro this is: in quoted code `__MODULE__` is another one. */
  readonly owner: string | undefined;
  /** The nodes here are statements. To ask a node for its parent is dear. */
  readonly statements: boolean;
  /** Counts down from an `unquote` that is a statement: at 0 stands what it is given. */
  readonly splice: number;
  /** What stands here is the module's body, and in no definition or macro there. */
  readonly isBody: boolean;
  readonly part: Found;
  readonly all: Collected;
}

type Found = { -readonly [Key in keyof QuotedPart]: QuotedPart[Key][number][] };

interface Collected {
  readonly parts: Found[];
  readonly bindings: PatternBinding[];
}

const NO_SPLICE = -1;

/** Arguments of module bodies are read as deep as options go. */
const ARGUMENTS = 5;

/** Reads what the quoted code in one clause brings into a module that `use`s it, and under which conditions. */
export function readQuoted(definition: Node, name: string, outer: Scope): QuotedInfo {
  const block = doBlock(definition);
  const body = [...callArguments(definition).slice(1), ...(block === undefined ? [] : [block])];
  const all: Collected = { parts: [], bindings: [] };
  const start = { scope: outer, inQuote: false, owner: outer.module, statements: true, splice: NO_SPLICE };
  const part = openPart([], all);
  visit(body, { ...start, isBody: true, part, all });
  part.splices.push(...returnedName(definition, outer));
  const head = callArguments(definition)[0];
  const guard = head && isBinary(head, "when") ? head.childForFieldName("right") : null;
  const parameters = parametersOf(definition);
  return {
    name,
    line: definition.startPosition.row + 1,
    parameters: readParameters(definition, parameters, outer),
    defaults: parameters.flatMap((each, position) => readDefault(each, position, outer)),
    guard: guard === null ? undefined : readValue(guard, outer),
    bindings: all.bindings,
    parts: all.parts.filter(({ conditions: _conditions, ...lists }) =>
      Object.values(lists).some(({ length }) => length > 0),
    ),
    ...(handsBlockOn(definition) ? { handsOn: true } : {}),
  };
}

/** `use …` as a fact; several for `use A.{B, C}`. */
export function readUse(call: Node, scope: Scope, conditions: readonly Condition[] = []): UseInfo[] {
  const [target, options] = callArguments(call);
  const argument = readOptions(options, scope);
  const line = call.startPosition.row + 1;
  return namedModules(target, scope).map((name) => ({ target: name, argument, line, conditions }));
}

/** `defmacro wrap(do: block), do: block` gives back what it is given. */
function returnedName(definition: Node, scope: Scope): Value[] {
  const block = doBlock(definition);
  const last = block ? block.lastNamedChild : keywordPairs(callArguments(definition)[1]).get("do");
  return last?.type === "identifier" ? [readValue(last, scope)] : [];
}

function readOptions(node: Node | undefined, scope: Scope): Value {
  return node === undefined ? { type: "list", items: [], open: false } : asWritten(readValue(node, scope));
}

/** A call that may be of a macro. */
export function readExpansion(node: Node, scope: Scope): Expansion[] {
  if (typeOf(node) !== "call" || NO_MACROS.has(localCallName(node) ?? "")) return [];
  const target = namedFunction(node, { ...scope, module: undefined });
  const local = localCallName(node);
  if (target === undefined && local === undefined) return [];
  const args = callArguments(node).map((each) => asWritten(readValue(each, scope, ARGUMENTS)));
  const line = node.startPosition.row + 1;
  const found = { module: target?.module, name: target?.name ?? local ?? "", line };
  if (doBlock(node) === undefined) return [{ ...found, args }];
  return [{ ...found, args: withBlock(args, node.startIndex), block: node.startIndex }];
}

/** A block joins the keywords before it: `context "x", tag: 1 do … end`. */
function withBlock(args: readonly Value[], start: number): Value[] {
  const pair = { key: { type: "literal", text: ":do" }, value: blockAt(start) } as const;
  const last = args.at(-1);
  if (last?.type !== "keywords") return [...args, { type: "keywords", pairs: [pair] }];
  return [...args.slice(0, -1), { ...last, pairs: [...last.pairs, pair] }];
}

/** `@before_compile Module` and `@before_compile {Module, :name}`; of these only the usual name is followed. */
export function readBeforeCompile(value: Node, scope: Scope): string[] {
  const name = moduleName(value, scope);
  return name === undefined ? [] : [name];
}

function openPart(conditions: readonly Condition[], all: Collected): Found {
  const lists = { uses: [], behaviours: [], aliases: [], brought: [], calls: [], expansions: [] };
  const more = { takers: [], mounts: [], makes: [], splices: [] };
  const part: Found = { conditions: [...conditions], ...lists, ...more, beforeCompile: [], defines: [] };
  all.parts.push(part);
  return part;
}

function visit(nodes: readonly Node[], outer: Place): void {
  let place = outer;
  for (const node of nodes) {
    if (LEAVES.has(typeOf(node))) continue;
    if (place.inQuote && OTHER_MODULES.has(localCallName(node) ?? "")) {
      place.part.makes.push(nestedModule(node, place));
      continue;
    }
    if (place.inQuote) readStatement(node, place);
    else readCall(node, place);
    readBinding(node, place);
    const scope = withAliases(node, place.scope);
    if (scope !== place.scope) place = inScope(place, scope);
    const branching = readBranching(node, place.scope);
    const loop = branching === undefined ? readLoop(node, place.scope) : undefined;
    if (loop !== undefined) visitLoop(loop, place);
    else if (branching === undefined) visit(insideNodes(node, place), insideOf(node, place));
    else visitBranches(branching, place);
  }
}

function inScope(place: Place, scope: Scope): Place {
  return { ...place, scope };
}

/** What `Module.create(name, quoted, env)` is given is the body of another module. */
function insideNodes(node: Node, place: Place): readonly Node[] {
  const isCreate = typeOf(node) === "call" && node.childForFieldName("target")?.text === "Module.create";
  if (!isCreate) return node.namedChildren;
  const [name, , ...others] = callArguments(node);
  place.part.makes.push({ ...named(name, node, place), splices: [] });
  return others;
}

/** `defmodule Inner` in quoted code is one of the module that uses it. */
function nestedModule(node: Node, place: Place): MadeInCode {
  const [written] = callArguments(node);
  const made = { ...named(written, node, place), splices: splicesIn(node, place.scope) };
  if (written === undefined || typeOf(written) !== "alias") return made;
  return { ...made, name: { type: "module", name: `${USER}.${written.text}` } };
}

/** What `unquote` puts into the body of a module as statements. */
function splicesIn(module: Node, scope: Scope): Value[] {
  const block = doBlock(module) ?? keywordPairs(callArguments(module).at(-1)).get("do");
  const statements = block === undefined ? [] : typeOf(block) === "call" ? [block] : block.namedChildren;
  return statements.flatMap((each) =>
    localCallName(each) === "unquote" ? [readValue(callArguments(each)[0], scope)] : [],
  );
}

function visitBranches({ always, branches }: Branching, place: Place): void {
  const inside = { ...place, splice: NO_SPLICE };
  visit(always, { ...inside, statements: false });
  for (const { condition, nodes } of branches) {
    const part = openPart([...place.part.conditions, condition], place.all);
    visit(nodes, { ...inside, statements: true, part });
  }
}

function visitLoop({ always, conditions, nodes }: Loop, place: Place): void {
  const inside = { ...place, splice: NO_SPLICE };
  visit(always, { ...inside, statements: false });
  const part = openPart([...place.part.conditions, ...conditions], place.all);
  visit(nodes, { ...inside, statements: true, part });
}

function insideOf(node: Node, place: Place): Place {
  const name = localCallName(node);
  const isUnquote = name === "unquote" || name === "unquote_splicing";
  const inQuote = name === "quote" || (place.inQuote && !isUnquote);
  const statements = STATEMENTS.has(typeOf(node));
  // Between `unquote` and what it is given stand its arguments.
  const splice = isUnquote && place.inQuote && place.statements ? 1 : Math.max(NO_SPLICE, place.splice - 1);
  const isBody = place.isBody && (name === undefined || name === "quote" || !place.inQuote);
  if (inQuote !== place.inQuote) {
    const scope = { ...place.scope, module: inQuote ? USER : place.owner };
    return { ...place, scope, inQuote, statements, splice, isBody };
  }
  const isSame = statements === place.statements && splice === place.splice && isBody === place.isBody;
  return isSame ? place : { ...place, statements, splice, isBody };
}

/** `pattern = value`, and what `bind_quoted` gives to quoted code. */
function readBinding(node: Node, { scope, all, part }: Place): void {
  const nested = part.conditions.length > 0;
  if (typeOf(node) === "binary_operator" && operatorOf(node) === "=") {
    const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
    all.bindings.push({ pattern: readValue(left, scope), value: readValue(right, scope), nested });
  }
  if (localCallName(node) !== "quote") return;
  const bound = keywordPairs(callArguments(node)[0]).get("bind_quoted");
  for (const [name, value] of keywordPairs(bound))
    all.bindings.push({ pattern: { type: "variable", name }, value: readValue(value, scope), nested });
}

function readStatement(node: Node, place: Place): void {
  const { scope, part } = place;
  const name = localCallName(node);
  if (name === "use") part.uses.push(...readQuotedUse(node, place));
  else if (name === "def") readDefined(node, part);
  else if (name === "on_mount") part.mounts.push(readMounted(node, place));
  else if (name === "import" || name === "require" || name === "alias") readDirective(node, name, place);
  else if (place.statements && name === "unquote" && place.isBody)
    part.splices.push(readValue(callArguments(node)[0], scope));
  else if (place.statements && typeOf(node) === "call" && name !== "unquote")
    part.expansions.push(...readExpansion(node, scope));
  const attr = attribute(node);
  if (attr?.value === undefined) return;
  if (attr.name === "behaviour") part.behaviours.push(named(attr.value, node, place));
  else if (attr.name === "before_compile") part.beforeCompile.push(named(attr.value, node, place));
}

/** What takes messages is wanted with its clauses. */
const TAKERS = /^(?:handle_\w+|update)\//;

function readDefined(node: Node, part: Found): void {
  const keys = definedKeys(node);
  part.defines.push(...keys);
  if (keys.some((key) => TAKERS.test(key))) part.takers.push(node.startIndex);
}

/** `on_mount {unquote(__MODULE__), :name}` means the macro's own module. */
function readMounted(node: Node, { scope, owner }: Place): NamedInCode {
  const isOwn = /unquote\(\s*__MODULE__\s*\)/.test(node.text);
  const name = readValue(callArguments(node)[0], isOwn ? { ...scope, module: owner } : scope);
  return { name, line: node.startPosition.row + 1, text: brief(node.text, 60) };
}

/** A module's name in quoted code, where `unquote(__MODULE__)` is the macro's own module. */
function named(node: Node | undefined, statement: Node, { scope, owner }: Place): NamedInCode {
  const isUnquoted = node !== undefined && localCallName(node) === "unquote";
  const name = readValue(node, isUnquoted ? { ...scope, module: owner } : scope);
  return { name, line: statement.startPosition.row + 1, text: brief(statement.text, 60) };
}

/** Every module that a directive names: `A.{B, C}` names two. */
function namedAll(node: Node, place: Place): NamedInCode[] {
  const [target] = callArguments(node);
  const names = namedModules(target, place.scope);
  if (names.length < 2) return target === undefined ? [] : [named(target, node, place)];
  const { line, text } = named(target, node, place);
  return names.map((name) => ({ name: { type: "module", name }, line, text }));
}

function readQuotedUse(node: Node, place: Place): QuotedPart["uses"][number][] {
  const argument = readOptions(callArguments(node)[1], place.scope);
  return namedAll(node, place).map(({ name, line, text }) => ({ name, line, text, argument }));
}

function readDirective(node: Node, name: "import" | "require" | "alias", place: Place): void {
  const { part } = place;
  const options = callArguments(node)[1];
  const as = keywordPairs(options).get("as")?.text;
  for (const each of namedAll(node, place)) {
    if (name === "alias" || as !== undefined) part.aliases.push({ ...each, as });
    if (name !== "alias") part.brought.push({ name: each.name, how: name, ...readFilters(options) });
  }
}

function readCall(node: Node, { scope, part, splice }: Place): void {
  const isPipe = typeOf(node) === "binary_operator" && operatorOf(node) === "|>";
  const call = isPipe ? node.childForFieldName("right") : node;
  const target = call ? calledFunction(call, scope) : undefined;
  if (call === null || target === undefined) return;
  const line = call.startPosition.row + 1;
  const left = isPipe ? node.childForFieldName("left") : null;
  const nodes = [...(left === null ? [] : [left]), ...callArguments(call)];
  const args = nodes.map((each) => readValue(each, scope));
  if (target.name === "apply" && target.module === scope.module) {
    part.calls.push(...readApplied(nodes, args, scope, line));
    return;
  }
  const name: Value = { type: "literal", text: `:${target.name}` };
  part.calls.push({ module: target.module, name, args, spliced: splice === 0, line });
}
