import type { Node } from "../node.ts";
import { callArguments, codeChildren, isBinary, operandOf, operatorOf, typeOf } from "../syntax.ts";
import type { Named } from "./site.ts";

/** What the arguments of a call are called, `whole` being the pipe that it is a step of, or the call itself. */
export function givenNames(call: Node, whole: Node): Named[] {
  if (typeOf(call) !== "call" && typeOf(call) !== "identifier") return [];
  const piped = isBinary(whole, "|>") && whole.id !== call.id ? whole.childForFieldName("left") : null;
  const args = [...(piped === null ? [] : [piped]), ...(typeOf(call) === "call" ? callArguments(call) : [])];
  return args.flatMap((argument, place) => {
    const name = nameOf(argument);
    return name === undefined ? [] : [[name, place] as const];
  });
}

/** `password`, `@password`, `user.password`, `params["password"]`, `opts[:password]`. */
function nameOf(node: Node): string | undefined {
  switch (typeOf(node)) {
    case "identifier":
      return node.text;
    case "unary_operator":
      return operatorOf(node) === "@" ? operandOf(node)?.text : undefined;
    case "call":
      return fieldOf(node);
    case "access_call":
      return keyOf(node.childForFieldName("key"));
    default:
      return undefined;
  }
}

function fieldOf(call: Node): string | undefined {
  const [target, ...others] = codeChildren(call);
  if (target === undefined || typeOf(target) !== "dot" || others.length > 0) return undefined;
  const right = target.childForFieldName("right");
  return right && typeOf(right) === "identifier" ? right.text : undefined;
}

function keyOf(key: Node | null): string | undefined {
  return key && /^(?:"[^"#]*"|:\w+[?!]?)$/.test(key.text) ? key.text.replaceAll(/[":]/g, "") : undefined;
}
