import type { Node } from "../node.ts";
import { callArguments, codeChildren, operandOf, operatorOf, typeOf } from "../syntax.ts";
import type { Value } from "./value.ts";

/** The variables that a pattern gives a value to; one behind `^` keeps its own. */
export function boundNames(pattern: Node): string[] {
  switch (typeOf(pattern)) {
    case "identifier":
      return [pattern.text];
    case "unary_operator":
      return operatorOf(pattern) === "^" ? [] : namesIn(operandOf(pattern));
    case "call":
      return callArguments(pattern).flatMap(boundNames);
    case "pair":
      return namesIn(pattern.childForFieldName("value"));
    default:
      return codeChildren(pattern).flatMap(boundNames);
  }
}

function namesIn(node: Node | null | undefined): string[] {
  return node ? boundNames(node) : [];
}

/** Those that the clause `… ->` gives a value to. What its guard names, stands in its patterns or outside. */
export function clauseNames(clause: Node): string[] {
  return namesIn(clause.childForFieldName("left"));
}

/** Those that the generators of a `for`, or the clauses of a `with`, give a value to. */
export function arrowNames(call: Node): string[] {
  const heads = callArguments(call).filter((argument) => typeOf(argument) !== "keywords");
  return heads.flatMap((head) =>
    [head, ...head.descendantsOfType("binary_operator")].flatMap((each) =>
      operatorOf(each) === "<-" ? namesIn(each.childForFieldName("left")) : [],
    ),
  );
}

/** `value`, as it is where `names` mean something else than in the function around. */
export function withoutNames(value: Value, names: ReadonlySet<string>): Value {
  if (names.size === 0) return value;
  const inner = (one: Value): Value => withoutNames(one, names);
  switch (value.type) {
    case "variable":
      return names.has(value.name) ? { type: "any", text: value.name } : value;
    case "text":
      return { ...value, parts: value.parts.map((part) => (typeof part === "string" ? part : inner(part))) };
    case "tuple":
    case "list":
      return { ...value, items: value.items.map(inner) };
    case "keywords":
    case "map":
      return {
        ...value,
        pairs: value.pairs.map((pair) => ({ key: inner(pair.key), value: inner(pair.value) })),
      };
    case "call":
      return { ...value, args: value.args.map(inner) };
    case "branches":
      return { ...value, values: value.values.map(inner) };
    default:
      return value;
  }
}
