import type { Node } from "../node.ts";
import { sharedParser } from "../grammar.ts";
import { CLOSED, FORMS, KERNEL_FUNCTIONS, PATH_FIRST, PATTERN_FIRST, TRANSPARENT } from "../sites/known.ts";
import { arityOf } from "../sites/target.ts";
import {
  attribute,
  callArguments,
  codeChildren,
  isBinary,
  localCallName,
  operatorOf,
  typeOf,
} from "../syntax.ts";
import { withTree } from "../tree.ts";
import { readSingle, type PatternFault } from "./single.ts";

/** An expression that is evaluated somewhere else. */
export interface Expression {
  /** The variables in it that it does not bind itself, in order. */
  readonly names: readonly string[];
  /** The functions that it calls by their modules' names: `String.length`. */
  readonly calls: readonly string[];
  /** The structs in it, as they are written: `User` of `%User{}`. */
  readonly structs: readonly string[];
}

/** Operators whose left side is a pattern. */
const BINDING: ReadonlySet<string> = new Set(["=", "<-"]);

/** Reads one Elixir expression. The grammar must have been loaded (`elixirParser`). */
export function readExpression(text: string): Expression | PatternFault {
  return withTree(sharedParser(), { path: "expression", text }, (tree) =>
    readSingle(tree, () => "this does not parse as Elixir", readNames),
  );
}

function readNames(statement: Node): Expression | PatternFault {
  if (isBinary(statement, "="))
    return {
      problem: "this binds a name, and says nothing of what it was: == compares",
      offset: statement.startIndex,
    };
  const stranger = strangerIn(statement);
  if (stranger !== undefined) return stranger;
  const names = new Names();
  names.visit(statement, false);
  return {
    names: [...names.used].filter((name) => !names.bound.has(name) && !/^__|^_$/.test(name)),
    ...aliasesIn(statement),
  };
}

function aliasesIn(node: Node): Pick<Expression, "calls" | "structs"> {
  const below = codeChildren(node).map(aliasesIn);
  return {
    calls: [...calledIn(node), ...below.flatMap(({ calls }) => calls)],
    structs: [...structIn(node), ...below.flatMap(({ structs }) => structs)],
  };
}

function calledIn(node: Node): string[] {
  const target = typeOf(node) === "call" ? node.childForFieldName("target") : null;
  const left = target && typeOf(target) === "dot" ? target.childForFieldName("left") : null;
  return target && left && typeOf(left) === "alias" ? [target.text] : [];
}

function structIn(node: Node): string[] {
  const name = typeOf(node) === "struct" ? node.firstNamedChild : null;
  return name && typeOf(name) === "alias" ? [name.text] : [];
}

/** What stands without a module: functions and macros of Kernel, by `name/arity`. */
const OF_KERNEL: readonly string[] = [...KERNEL_FUNCTIONS, ...TRANSPARENT, ...PATTERN_FIRST, ...PATH_FIRST];

/** Forms of the language: whatever they are given. */
const OF_LANGUAGE: ReadonlySet<string> = new Set([...FORMS, ...CLOSED, "dbg"]);

/** What means nothing where the expression is evaluated: functions of the code around, and attributes. */
function strangerIn(node: Node, piped = false): PatternFault | undefined {
  const problem = unknownCall(node, piped) ?? unknownAttribute(node);
  if (problem !== undefined) return { problem, offset: node.startIndex };
  const isPipe = isBinary(node, "|>");
  for (const [at, child] of codeChildren(node).entries()) {
    const found = strangerIn(child, isPipe && at === 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A call of a function that stands without its module, and is none of Kernel's. */
function unknownCall(node: Node, piped: boolean): string | undefined {
  const name = localCallName(node);
  if (name === undefined || OF_LANGUAGE.has(name)) return undefined;
  const known = OF_KERNEL.filter((key) => key.slice(0, key.lastIndexOf("/")) === name);
  if (known.length === 0) return `${name} is no function of Kernel, and stands without its module`;
  const key = `${name}/${arityOf(node, piped ? node : undefined)}`;
  return known.includes(key) ? undefined : `Kernel has no ${key}, but ${known.join(", ")}`;
}

function unknownAttribute(node: Node): string | undefined {
  const name = attribute(node)?.name;
  return name === undefined ? undefined : `@${name} is an attribute of some module, which is not known there`;
}

/** Where a name is bound does not matter here: one that is bound anywhere is none of the outside's. */
class Names {
  readonly used = new Set<string>();
  readonly bound = new Set<string>();

  visit(node: Node, isPattern: boolean): void {
    const type = typeOf(node);
    if (type === "identifier") (isPattern ? this.bound : this.used).add(node.text);
    else if (type === "stab_clause") this.#sides(node, true);
    // A guard binds nothing.
    else if (isBinary(node, "when")) this.#sides(node, isPattern);
    else if (type === "binary_operator")
      this.#sides(node, isPattern || BINDING.has(operatorOf(node) ?? ""), isPattern);
    // `a.b`: what stands behind the dot is a field or a function.
    else if (type === "dot") this.#left(node, isPattern);
    else if (type === "call") this.#call(node, isPattern);
    // `^x` in a pattern is the name from outside.
    else
      for (const child of codeChildren(node))
        this.visit(child, isPattern && !(type === "unary_operator" && operatorOf(node) === "^"));
  }

  #sides(node: Node, left: boolean, right = false): void {
    for (const [field, isPattern] of [
      ["left", left],
      ["right", right],
    ] as const) {
      const child = node.childForFieldName(field);
      if (child) this.visit(child, isPattern);
    }
  }

  #left(dot: Node, isPattern: boolean): void {
    const left = dot.childForFieldName("left");
    if (left) this.visit(left, isPattern);
  }

  #call(call: Node, isPattern: boolean): void {
    const [target, ...rest] = codeChildren(call);
    if (target && typeOf(target) !== "identifier") this.visit(target, isPattern);
    const pattern = localCallName(call) === "match?" ? callArguments(call)[0]?.id : undefined;
    for (const child of rest.flatMap((one) => (typeOf(one) === "arguments" ? codeChildren(one) : [one])))
      this.visit(child, isPattern || child.id === pattern);
  }
}
