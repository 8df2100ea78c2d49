import type { Node } from "../node.ts";
import {
  argumentsNode,
  callArguments,
  codeChildren,
  isBinary,
  localCallName,
  operatorOf,
  typeOf,
} from "../syntax.ts";
import type { TermReader } from "./reader.ts";
import { leaf, Term } from "./term.ts";

const KINDS: ReadonlySet<string> = new Set("def defp defmacro defmacrop".split(" "));

/**
 * `def f(x) when g do … end`: its head, a guard or none, and the sections of its body. The head is of type `head`, its
 * name before its parameters; in a pattern, a metavariable alone stands for any head.
 */
export function readDefinition(call: Node, reader: TermReader): Term | undefined {
  const kind = localCallName(call);
  const first = kind !== undefined && KINDS.has(kind) ? callArguments(call)[0] : undefined;
  if (kind === undefined || first === undefined) return undefined;
  const whole = unwrapped(first);
  const isGuarded = isBinary(whole, "when");
  const [left, right] = isGuarded
    ? [whole.childForFieldName("left"), whole.childForFieldName("right")]
    : [whole, null];
  return new Term(call, "definition", kind, () => [
    readHead(unwrapped(left ?? whole), reader),
    new Term(right ?? whole, "guard", "", () => (right ? [reader.read(right)] : [])),
    ...reader.sectionsOf(call),
  ]);
}

function readHead(head: Node, reader: TermReader): Term {
  const type = typeOf(head);
  if (type === "identifier") {
    const name = reader.read(head);
    return name.type === "one" ? name : new Term(head, "head", "", () => [name]);
  }
  if (type === "binary_operator" || type === "unary_operator") {
    const name = leaf(head, "name", operatorOf(head) ?? "");
    return new Term(head, "head", "", () => [
      name,
      ...codeChildren(head).map((child) => reader.heads.read(child)),
    ]);
  }
  const target = type === "call" ? head.childForFieldName("target") : null;
  if (target === null || (argumentsNode(head) === undefined && target.text !== "unquote"))
    return reader.read(head);
  return new Term(head, "head", "", () => [
    reader.read(target),
    ...callArguments(head).map((one) => reader.heads.read(one)),
  ]);
}

function unwrapped(node: Node): Node {
  const children = typeOf(node) === "block" ? codeChildren(node) : [];
  return children.length === 1 && children[0] !== undefined ? unwrapped(children[0]) : node;
}
