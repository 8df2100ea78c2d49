import type { Node } from "../node.ts";
import { withImports } from "../imports.ts";
import { moduleName, withAliases, type Scope } from "../names.ts";
import {
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  operandOf,
  operatorOf,
  typeOf,
} from "../syntax.ts";
import { FoundSites, type Place } from "./found.ts";
import { isBareStep, isBareValue, isForm, isWrittenFunction } from "./forms.ts";
import { guardIn, readHeadCode, sizesIn } from "./heads.ts";
import { CLOSED, FORMS, KERNEL_FUNCTIONS, PATH_FIRST, PATTERN_FIRST, TRANSPARENT } from "./known.ts";
import { bindsLeft, isExcepted, isJoined, isWrittenOut, unwrapped } from "./operators.ts";
import type { CallTarget } from "./query.ts";
import {
  BARE,
  CAPTURED,
  DEFAULT,
  GUARD,
  HAS_PROBE,
  inSigil,
  JOINED,
  LOADER,
  MEMBERS,
  OPERAND,
  SIZE,
  TEMPLATE,
  WRITTEN_OUT,
} from "./reasons.ts";
import { mayHold, type Search } from "./search.ts";
import type { SiteInfo } from "./site.ts";
import type { Tails } from "../tails.ts";
import { arityOf, askedTargets, capturedName, capturedTarget, isSequential, targetsOf } from "./target.ts";

/** Kernel's sigils whose text may hold code; they run it as it is written. */
const SIGILS: ReadonlySet<string> = new Set("c r s w".split(" "));

/** Operators that are no expressions: of a list, a map, a pattern, a segment. */
const SEPARATORS: ReadonlySet<string> = new Set(["|", "=>"]);

/** Their left side is a pattern. */
const BINDING: ReadonlySet<string> = new Set(["=", "<-"]);

/** Neither side is code that runs. */
const INERT: ReadonlySet<string> = new Set(["\\\\", "when", "->", "."]);

/** Phoenix.LiveView's macros that look at the code of a function that is written out in their arguments. */
const LOOKED_AT: ReadonlySet<string> = new Set(["assign_async", "start_async", "stream_async"]);

/** What holds no code, or is none. */
const INERT_TYPES: ReadonlySet<string> = new Set(
  "identifier alias atom integer float char boolean nil struct quoted_content escape_sequence".split(" "),
);

/**
 * Finds what `search` looks for in the body of a definition, wherever code stands that runs as it is written; with what the
 * definition ends in, where that was read for it.
 */
export function findSites(
  definition: Node,
  scope: Scope,
  search: Search | undefined,
): { sites: SiteInfo[]; tails?: Tails | undefined } {
  if (search === undefined || !mayHold(search, definition)) return { sites: [] };
  const found = new FoundSites(definition, scope, search);
  const walk = new SiteWalk(found, search);
  walk.visitBody(definition, { scope, around: [], obstacle: undefined, closures: [] });
  return { sites: found.sites(), tails: found.tails };
}

class SiteWalk {
  readonly #found: FoundSites;
  readonly #search: Search;

  constructor(found: FoundSites, search: Search) {
    this.#found = found;
    this.#search = search;
  }

  visitBody(definition: Node, place: Place): void {
    this.#visitHead(definition, place);
    const inline = [...keywordPairs(callArguments(definition)[1]).values()];
    for (const value of inline) this.#visitValue(value, place);
    this.#visitBlocks(definition, place);
  }

  #visitHead(definition: Node, place: Place): void {
    const { guard, defaults, documented } = readHeadCode(definition);
    for (const value of defaults) this.#visit(value, documented ? blocked(place, DEFAULT) : place);
    if (guard) this.#visit(guard, blocked(place, GUARD));
  }

  #visit(node: Node, place: Place, own?: string): void {
    if (!mayHold(this.#search, node)) return;
    switch (typeOf(node)) {
      case "call":
        return this.#visitCall(node, place, own);
      case "binary_operator":
        return this.#visitOperator(node, place, own);
      case "unary_operator":
        return this.#visitPrefix(node, place, own);
      case "block":
        return this.#visitStatements(codeChildren(node), place);
      case "keywords":
        return this.#visitPairs(node, place);
      case "sigil":
        this.#found.expr(node, place, TEMPLATE);
        return this.#visitSigil(node, place);
      case "anonymous_function":
        this.#found.expr(node, place, own);
        return this.#visitStatements(codeChildren(node), within(place, node));
      default:
        if (INERT_TYPES.has(typeOf(node))) return undefined;
        return this.#visitContainer(node, place, own);
    }
  }

  /** Of a container: its items; of a text: what is interpolated. */
  #visitParts(node: Node, place: Place): void {
    for (const child of codeChildren(node)) {
      const type = typeOf(child);
      if (type === "interpolation") this.#visitStatements(codeChildren(child), place);
      else if (type === "map_content") this.#visitParts(child, place);
      else this.#visit(child, place);
    }
  }

  #visitContainer(node: Node, place: Place, own?: string): void {
    const last = codeChildren(node).at(-1);
    // `<<a, b <- bits>>` in `for` is a pattern as far as the arrow, and no expression as a whole.
    if (typeOf(node) === "bitstring" && last && isBinary(last, "<-")) return this.#visit(last, place);
    this.#found.expr(node, place, own);
    return this.#visitParts(node, place);
  }

  #visitSigil(node: Node, place: Place): void {
    const name = codeChildren(node).find((child) => typeOf(child) === "sigil_name")?.text ?? "";
    const isCode = SIGILS.has(name) && !isExcepted(`sigil_${name}`, 2, place.scope);
    this.#visitParts(node, isCode ? place : blocked(place, inSigil(name)));
  }

  #visitPairs(keywords: Node, place: Place): void {
    for (const pair of codeChildren(keywords)) {
      const [key, value] = [pair.childForFieldName("key"), pair.childForFieldName("value")];
      if (key && typeOf(key) === "quoted_keyword") this.#visitParts(key, place);
      if (value) this.#visitValue(value, place);
    }
  }

  #visitValue(value: Node, place: Place): void {
    this.#visit(value, place, isBareValue(value) ? BARE : undefined);
  }

  /** `leftIsCode`: what stands before `->` is no pattern. */
  #visitStatements(nodes: readonly Node[], outer: Place, leftIsCode = false): void {
    let place = outer;
    for (const node of nodes) {
      if (typeOf(node) === "stab_clause") this.#visitClause(node, place, leftIsCode);
      else this.#visit(node, place);
      place = after(node, place);
    }
  }

  #visitClause(clause: Node, place: Place, leftIsCode: boolean): void {
    if (!mayHold(this.#search, clause)) return;
    const [left, right] = [clause.childForFieldName("left"), clause.childForFieldName("right")];
    if (leftIsCode && left && typeOf(left) === "arguments")
      for (const part of codeChildren(left)) this.#visit(part, place);
    const guard = leftIsCode ? undefined : guardIn(left);
    if (guard) this.#visit(guard, blocked(place, GUARD));
    if (right) this.#visitStatements(codeChildren(right), place);
  }

  /** The `do … end` block of a call, with its sections. */
  #visitBlocks(call: Node, place: Place): void {
    const block = doBlock(call);
    if (block === undefined) return;
    const children = codeChildren(block);
    const body = children.filter((child) => !isSection(child));
    this.#visitStatements(body, place, localCallName(call) === "cond");
    for (const section of children.filter(isSection))
      this.#visitStatements(codeChildren(section), place, typeOf(section) === "after_block");
  }

  #visitOperator(node: Node, place: Place, own?: string): void {
    const operator = operatorOf(node)?.replaceAll(/\s+/g, " ") ?? "";
    const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
    if (INERT.has(operator) || !left || !right) return;
    if (operator === "|>") return this.#visitPipe(node, left, right, place, own);
    if (operator === "::") return this.#visitSegment(left, right, place);
    const isValue = !SEPARATORS.has(operator) && operator !== "<-";
    if (isValue) this.#found.expr(node, place, own);
    const inner = this.#inOperator(operator, place);
    const guard = operator === "<-" ? guardIn(left) : undefined;
    if (guard) this.#visit(guard, blocked(place, GUARD));
    if (!BINDING.has(operator)) this.#visit(left, inner, leftObstacle(operator, left));
    this.#visit(right, inner, rightObstacle(operator, right));
  }

  #visitSegment(value: Node, specifier: Node, place: Place): void {
    this.#visit(value, place);
    for (const size of sizesIn(specifier)) this.#visit(size, blocked(place, SIZE));
  }

  #inOperator(operator: string, place: Place): Place {
    const name = operator === "not in" ? "in" : operator;
    const isKnown = KERNEL_FUNCTIONS.has(`${name}/2`) || TRANSPARENT.has(`${name}/2`);
    const isCode = isKnown || SEPARATORS.has(name) || BINDING.has(name) || name === "//";
    if (isCode && !isExcepted(name, 2, place.scope)) return place;
    return inside(place, { module: undefined, name, arity: 2 });
  }

  #visitPipe(node: Node, left: Node, right: Node, place: Place, own?: string): void {
    const isName = typeOf(right) === "identifier";
    if (isName) {
      const target: CallTarget = { module: undefined, name: right.text, arity: 1 };
      this.#found.expr(node, place, own, right);
      this.#found.call(right, [target], place, own, node);
      return this.#visit(left, this.#pipedInto(target, place));
    }
    if (typeOf(right) !== "call") return this.#visit(left, inside(place, unknownTarget(right)));
    this.#visitCall(right, place, own, { left, whole: node });
    return this.#visit(left, this.#argumentPlace(right, place, left, true));
  }

  #pipedInto(target: CallTarget, place: Place): Place {
    return TRANSPARENT.has(`${target.name}/1`) ? place : inside(place, target);
  }

  #visitCall(node: Node, place: Place, own?: string, pipe?: { left: Node; whole: Node }): void {
    const name = localCallName(node);
    if (name !== undefined && CLOSED.has(name)) return;
    const targets = targetsOf(node, place.scope, pipe?.left);
    if (!targets.some(({ module }) => module === "Escope")) {
      const obstacle = own ?? (pipe && isBareStep(node) ? BARE : undefined) ?? loaderIn(targets);
      this.#found.expr(pipe?.whole ?? node, place, obstacle, node);
      if (name === undefined || !FORMS.has(name))
        this.#found.call(node, askedTargets(node, place.scope, pipe?.left), place, obstacle, pipe?.whole);
    }
    this.#visitReceiver(node, place);
    this.#visitArguments(node, place, pipe?.left);
  }

  /** `f(x)` of `f(x).y` and `f(x).(y)`. */
  #visitReceiver(call: Node, place: Place): void {
    const target = call.childForFieldName("target");
    const receiver = target && typeOf(target) === "dot" ? target.childForFieldName("left") : null;
    if (receiver !== null && moduleName(receiver, place.scope) === undefined) this.#visit(receiver, place);
  }

  #visitArguments(call: Node, place: Place, piped: Node | undefined): void {
    const key = `${localCallName(call)}/${arityOf(call, piped)}`;
    const inner = this.#argumentPlace(call, place, piped);
    const [first, ...rest] = callArguments(call);
    const isPattern = PATTERN_FIRST.has(key) && piped === undefined;
    if (first && !isPattern)
      this.#visit(first, piped === undefined ? this.#argumentPlace(call, place, piped, true) : inner);
    const isLookedAt = targetsOf(call, place.scope, piped).some(({ name }) => LOOKED_AT.has(name));
    for (const argument of rest)
      this.#visit(argument, inner, isLookedAt && isWrittenFunction(argument) ? WRITTEN_OUT : undefined);
    this.#visitBlocks(call, inner);
  }

  /** The place inside the arguments of `call`; of the first one, which a macro may read in its own way. */
  #argumentPlace(call: Node, place: Place, piped: Node | undefined, isFirst = false): Place {
    const name = localCallName(call);
    const arity = arityOf(call, piped);
    if (name !== undefined) {
      const key = `${name}/${arity}`;
      const isCode = isForm(call, name, piped) || PATTERN_FIRST.has(key) || (PATH_FIRST.has(key) && !isFirst);
      if (isCode && !isExcepted(name, arity, place.scope)) return place;
      return inside(place, { module: undefined, name, arity });
    }
    const target = call.childForFieldName("target");
    if (target === null || typeOf(target) !== "dot") return inside(place, unknownTarget(call));
    const itself = targetsOf(call, place.scope, piped).at(-1);
    if (itself?.module === "Escope") return { ...place, obstacle: HAS_PROBE };
    return itself === undefined ? place : inside(place, itself);
  }

  #visitPrefix(node: Node, place: Place, own?: string): void {
    const operator = operatorOf(node) ?? "";
    const operand = operandOf(node);
    if (operator === "@" || operator === "^" || operand === undefined) return;
    if (operator === "&") return this.#visitCapture(node, operand, place, own);
    this.#found.expr(node, place, own);
    const isKnown = KERNEL_FUNCTIONS.has(`${operator}/1`) || TRANSPARENT.has(`${operator}/1`);
    const target: CallTarget = { module: undefined, name: operator, arity: 1 };
    this.#visit(operand, isKnown && !isExcepted(operator, 1, place.scope) ? place : inside(place, target));
  }

  #visitCapture(node: Node, operand: Node, place: Place, own?: string): void {
    if (typeOf(operand) === "integer") return;
    this.#found.expr(node, place, own);
    if (capturedName(operand) !== undefined) {
      const target = capturedTarget(operand, place.scope);
      return this.#found.call(operand, target === undefined ? [] : [target], place, CAPTURED);
    }
    const body = unwrapped(operand);
    return this.#visit(body, within(place, node), isSequential(body) ? CAPTURED : undefined);
  }
}

/** `:erlang.load_nif/2` loads into the module that calls it, and nothing can call it in that module's stead. */
function loaderIn(targets: readonly CallTarget[]): string | undefined {
  return targets.some(({ module, name }) => module === ":erlang" && name === "load_nif") ? LOADER : undefined;
}

/** The place behind a statement: what it imports or renames holds there. */
function after(statement: Node, place: Place): Place {
  const name = localCallName(statement);
  const scope = withImports(statement, withAliases(statement, place.scope, name), name);
  return scope === place.scope ? place : { ...place, scope };
}

function isSection(node: Node): boolean {
  return typeOf(node).endsWith("_block");
}

function blocked(place: Place, reason: string): Place {
  return { ...place, obstacle: place.obstacle ?? reason };
}

function inside(place: Place, call: CallTarget): Place {
  return { ...place, around: [...place.around, call] };
}

function within(place: Place, closure: Node): Place {
  return { ...place, closures: [...place.closures, closure] };
}

function unknownTarget(node: Node): CallTarget {
  return { module: undefined, name: node.text.replaceAll(/\s+/g, " ").slice(0, 40), arity: -1 };
}

function leftObstacle(operator: string, left: Node): string | undefined {
  if (bindsLeft(operator, left)) return OPERAND;
  return isJoined(operator, left) ? JOINED : undefined;
}

function rightObstacle(operator: string, right: Node): string | undefined {
  if (isWrittenOut(operator, right)) return MEMBERS;
  return isJoined(operator, right) ? JOINED : undefined;
}
