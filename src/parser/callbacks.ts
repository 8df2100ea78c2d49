import type { Node } from "./node.ts";
import { callArguments, localCallName, typeOf } from "./syntax.ts";

/** `name/arity` of `@callback name(…) :: …`, also with `when` and without parentheses. */
export function callbackName(node: Node): string[] {
  if (typeOf(node) === "binary_operator") {
    const left = node.childForFieldName("left");
    return left ? callbackName(left) : [];
  }
  if (typeOf(node) === "identifier") return [`${node.text}/0`];
  const name = localCallName(node);
  return name === undefined ? [] : [`${name}/${callArguments(node).length}`];
}
