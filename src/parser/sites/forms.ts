import type { Node } from "../node.ts";
import { argumentsNode, callArguments, operatorOf, typeOf } from "../syntax.ts";
import { FORMS, TRANSPARENT } from "./known.ts";
import { arityOf } from "./target.ts";

/** `if`, `case`, `raise` and the like: whatever they are given runs as it is written. */
export function isForm(call: Node, name: string, piped?: Node): boolean {
  return FORMS.has(name) || TRANSPARENT.has(`${name}/${arityOf(call, piped)}`);
}

/** `fn … end` and `&…`. */
export function isWrittenFunction(node: Node): boolean {
  return (
    typeOf(node) === "anonymous_function" || (typeOf(node) === "unary_operator" && operatorOf(node) === "&")
  );
}

/** `x |> f y`: Elixir warns of it, and with a probe it would not. */
export function isBareStep(call: Node): boolean {
  return callArguments(call).length > 0 && !hasParentheses(call);
}

/** `key: f x, y`: newer versions of Elixir warn of it, and with a probe they would not. */
export function isBareValue(value: Node): boolean {
  return value.type === "call" && callArguments(value).length > 1 && !hasParentheses(value);
}

function hasParentheses(call: Node): boolean {
  return argumentsNode(call)?.child(0)?.type === "(";
}
