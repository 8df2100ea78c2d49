import type { Node } from "../node.ts";
import type { Scope } from "../names.ts";
import { codeChildren, operatorOf, typeOf } from "../syntax.ts";

/** `import Kernel, except: [if: 2]`: another macro of that name takes its place. */
export function isExcepted(name: string, arity: number, { brought }: Scope): boolean {
  return brought.some(
    ({ module, except }) => module === "Kernel" && except?.includes(`${name}/${arity}`) === true,
  );
}

/** `not a in b` is `not(a in b)`; `a..b//c` is one operator of three operands. */
export function bindsLeft(operator: string, left: Node): boolean {
  if (operator === "in" || operator === "not in")
    return typeOf(left) === "unary_operator" && ["not", "!"].includes(operatorOf(left) ?? "");
  return operator === "//" && typeOf(left) === "binary_operator";
}

/** `x in [a, b]`, `x in a..b`: Elixir compares with each part. */
export function isWrittenOut(operator: string, right: Node): boolean {
  if (operator !== "in" && operator !== "not in") return false;
  const node = unwrapped(right);
  return typeOf(node) === "list" || ["..", "//"].includes(operatorOf(node) ?? "");
}

/** `a <> "b#{c}"`, `a <> (b <> c)`: Elixir compiles one text of all the parts. */
export function isJoined(operator: string, operand: Node): boolean {
  const node = unwrapped(operand);
  return operator === "<>" && (typeOf(node) === "string" || operatorOf(node) === "<>");
}

export function unwrapped(node: Node): Node {
  const children = typeOf(node) === "block" ? codeChildren(node) : [];
  return children.length === 1 && children[0] !== undefined ? children[0] : node;
}
