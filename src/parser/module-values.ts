import type { Node } from "./node.ts";
import { boundNames } from "./about/bound-names.ts";
import { valuesAround } from "./attribute-values.ts";
import { moduleName, withAliases, type Scope } from "./names.ts";
import { KERNEL_FUNCTIONS, knownModule, TRANSPARENT } from "./sites/known.ts";
import { targetsOf } from "./sites/target.ts";
import {
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  isBlockKey,
  keywordPairs,
  localCallName,
  operandOf,
  operatorOf,
  typeOf,
} from "./syntax.ts";
import type { ModuleValue, TailCall, Tails } from "./tails.ts";

/** Forms whose value is one of their branches', or nil. */
const BRANCHING: ReadonlySet<string> = new Set(["if", "unless", "case", "cond"]);

/** What gives no value to anybody. */
const NEVER: ReadonlySet<string> = new Set(["raise", "reraise", "throw", "exit"]);

/** What is no call, or means something else than its name says. */
const FORMS: ReadonlySet<string> = new Set(
  "for quote unquote unquote_splicing super receive try with apply then".split(" "),
);

const DEFINITION = /^def(?:p|macro|macrop)?$/;

const NOTHING: ModuleValue = { modules: [], calls: [] };

/**
 * The modules that an expression can be: those that are written out, and what functions return. Undefined where it can be
 * anything else that can be called; what cannot (nil, true) does not count.
 */
export function readModules(node: Node | null | undefined, scope: Scope): ModuleValue | undefined {
  if (!node) return undefined;
  switch (typeOf(node)) {
    case "nil":
    case "boolean":
      return NOTHING;
    case "call":
      return readCall(node, undefined, scope);
    case "binary_operator":
      return readOperator(node, scope);
    case "block":
    case "body":
      return readLast(codeChildren(node), scope);
    case "unary_operator":
      return operatorOf(node) === "@" ? readAttribute(node, scope) : undefined;
    case "identifier":
      if (node.text !== "__MODULE__") return readVariable(node, scope);
  }
  const module = moduleName(node, scope);
  return module === undefined ? undefined : { modules: [module], calls: [] };
}

/**
 * Those that the function with this clause (`definition`: its `def …`, whose text is `text`) returns, where it is told in
 * few words. `tails`: what it ends in.
 */
export function readResult(
  definition: Node,
  text: string,
  tails: Tails,
  scope: Scope,
): ModuleValue | undefined {
  if (!mayGive(text, tails)) return undefined;
  const result = readBranches(definition, callArguments(definition).slice(1), scope);
  // Most functions end in a call of another: only of those that hold nothing else may it give a module.
  return result && (result.modules.length > 0 || isSingle(definition)) ? result : undefined;
}

/** Most functions end in what is no module: the tree is only asked where their texts and tail calls do not tell. */
function mayGive(text: string, { calls, open }: Tails): boolean {
  if (open.length > 0 || calls.some(isKnown)) return false;
  // One with its own value, or one that is handed on.
  return NAMES_MODULE.test(text)
    ? ENDS_IN_NAME.test(text.trimEnd().slice(-1))
    : calls.length > 0 && text.split("\n", 4).length < 4;
}

const NAMES_MODULE = /[A-Z]/;
const ENDS_IN_NAME = /[\w?!)]$/;

/** A call of what is no function of the project; such operators as `||` choose between values. */
function isKnown({ module, name, arity }: TailCall): boolean {
  if (module !== undefined) return module.startsWith(":") || knownModule(module) !== undefined;
  const key = `${name}/${arity}`;
  return !CHOOSING.has(key) && (KERNEL_FUNCTIONS.has(key) || TRANSPARENT.has(key));
}

const CHOOSING: ReadonlySet<string> = new Set(["||/2", "&&/2", "or/2", "and/2", "|>/2"]);

function isSingle(definition: Node): boolean {
  const block = doBlock(definition);
  return block === undefined || codeChildren(block).length === 1;
}

function readCall(call: Node, piped: Node | undefined, scope: Scope): ModuleValue | undefined {
  const name = localCallName(call);
  if (name !== undefined && piped === undefined) {
    if (NEVER.has(name)) return NOTHING;
    if (BRANCHING.has(name)) return readBranches(call, callArguments(call), scope);
  }
  if (doBlock(call) !== undefined || (name !== undefined && FORMS.has(name))) return undefined;
  const [target] = targetsOf(call, scope, piped);
  if (target === undefined) return undefined;
  return { modules: [], calls: [{ module: target.module, name: target.name, arity: target.arity }] };
}

/** What the sections of `call` end in; undefined for those that no branch of a condition is in. */
function readBranches(call: Node, args: readonly Node[], scope: Scope): ModuleValue | undefined {
  const sections = [...keywordPairs(args.at(-1))].filter(([key]) => isBlockKey(key));
  const block = doBlock(call);
  if (block === undefined) {
    if (sections.length === 0 || sections.some(([key]) => key !== "do" && key !== "else")) return undefined;
    return joined(sections.map(([, value]) => readModules(value, scope)));
  }
  const children = codeChildren(block);
  const others = children.filter((child) => typeOf(child).endsWith("_block"));
  if (others.some((child) => typeOf(child) !== "else_block")) return undefined;
  const main = children.filter((child) => !others.includes(child));
  return joined([readLast(main, scope), ...others.map((one) => readLast(codeChildren(one), scope))]);
}

/** The last statement of a block, or every clause of one that has clauses. */
function readLast(statements: readonly Node[], outer: Scope): ModuleValue | undefined {
  const last = statements.at(-1);
  if (last === undefined) return NOTHING;
  if (typeOf(last) === "stab_clause")
    return joined(statements.map((clause) => readModules(clause.childForFieldName("right"), outer)));
  const scope = statements.reduce((inner, statement) => withAliases(statement, inner), outer);
  return readModules(last, scope);
}

function readOperator(node: Node, scope: Scope): ModuleValue | undefined {
  const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
  switch (operatorOf(node)) {
    case "||":
    case "or":
      return joined([readModules(left, scope), readModules(right, scope)]);
    // What is false on the left is no module.
    case "&&":
    case "and":
    case "=":
      return readModules(right, scope);
    case "|>":
      return left && right && typeOf(right) === "call" ? readCall(right, left, scope) : undefined;
    default:
      return undefined;
  }
}

function joined(values: readonly (ModuleValue | undefined)[]): ModuleValue | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length) return undefined;
  return {
    modules: [...new Set(known.flatMap(({ modules }) => modules))],
    calls: known.flatMap(({ calls }) => calls),
  };
}

/** What is set anywhere in the module: which of it holds where it is read is not asked. */
function readAttribute(node: Node, scope: Scope): ModuleValue | undefined {
  const name = operandOf(node)?.text;
  const values = name === undefined ? undefined : valuesAround(node)?.get(name);
  return values && joined(values.map((value) => readModules(value, scope)));
}

/** What a variable was last given by `name = value` in its own block or one around it; a parameter can be anything. */
function readVariable(variable: Node, scope: Scope): ModuleValue | undefined {
  const name = variable.text;
  for (let inner = variable, outer = inner.parent; outer !== null; inner = outer, outer = inner.parent) {
    if (DEFINITION.test(localCallName(outer) ?? "")) return undefined;
    for (const before of siblingsBefore(inner, outer)) {
      if (isBinary(before, "=") && before.childForFieldName("left")?.text === name)
        return readModules(before.childForFieldName("right"), scope);
      if (isPattern(before, outer) ? boundNames(before).includes(name) : binds(before, name))
        return undefined;
    }
  }
  return undefined;
}

/** The nearest first. */
function siblingsBefore(node: Node, parent: Node): Node[] {
  return codeChildren(parent)
    .filter((child) => child.endIndex <= node.startIndex)
    .toReversed();
}

function isPattern(left: Node, parent: Node): boolean {
  return (
    typeOf(parent) === "stab_clause" || (isMatch(parent) && parent.childForFieldName("left")?.id === left.id)
  );
}

function isMatch(node: Node): boolean {
  return typeOf(node) === "binary_operator" && ["=", "<-"].includes(operatorOf(node) ?? "");
}

/** Whether a match anywhere in it gives the variable a value: what does not leave its block counts, too. */
function binds(node: Node, name: string): boolean {
  if (!node.text.includes(name)) return false;
  return [node, ...node.descendantsOfType("binary_operator")].some(
    (one) => isMatch(one) && namesIn(one.childForFieldName("left")).includes(name),
  );
}

function namesIn(pattern: Node | null): string[] {
  return pattern === null ? [] : boundNames(pattern);
}
